//! In a sandbox: plays the scenario with one of the two, and reports.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::containers::Containers;
use super::install::Unavailable;
use super::normal::Labels;
use super::shell::Shell;
use super::{Outcome, daemon, image};
use crate::exit_code::{ENVIRONMENT, SOFTWARE};
use crate::{errln, outln};
use crate::{lesson, sandbox};

/// What is first in the shell's `PATH`.
const PROGRAMS: &str = "/run/bin";

/// Plays the scenario, with the command `docker` being this client of real
/// Docker, or else `container`, which is one of the programs. Prints a line
/// of JSON for every command. Returns the exit code.
pub fn run(scenario: &Path, client: Option<&Path>, programs: &[PathBuf]) -> u8 {
    let Err(error) = play(scenario, client, programs) else {
        return 0;
    };
    if let Some(Unavailable(why)) = error.downcast_ref() {
        errln!("{why}");
        return ENVIRONMENT;
    }
    errln!("{error:#}");
    SOFTWARE
}

fn play(
    scenario: &Path,
    client: Option<&Path>,
    programs: &[PathBuf],
) -> Result<()> {
    let text = fs::read_to_string(scenario).context("the scenario")?;
    let lesson = lesson::parse(scenario, &text)?;
    image::write_all()?;
    install(client, programs)?;
    if client.is_some() {
        daemon::start()?;
    }
    sandbox::init::number_from_10000()?;
    let mut shell = Shell::start(PROGRAMS)?;
    let mut labels = Labels::new(&text);
    let mut containers = Containers::new(shell.pid());
    containers.observe(&mut labels)?;
    for command in lesson.commands() {
        let output = shell.run(&command.input)?;
        containers.observe(&mut labels)?;
        let mut normal = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            anyhow::Ok(labels.put(&containers.normalise(&text)?))
        };
        let outcome = Outcome {
            stdout: normal(&output.stdout)?,
            stderr: normal(&output.stderr)?,
            status: output.status,
            facts: labels.put(&containers.facts()),
        };
        outln!("{}", serde_json::to_string(&outcome)?);
    }
    Ok(())
}

/// Puts the programs where the shell finds them.
fn install(client: Option<&Path>, programs: &[PathBuf]) -> Result<()> {
    let folder = Path::new(PROGRAMS);
    fs::create_dir(folder).context(PROGRAMS)?;
    for program in programs {
        let name = program.file_name().context("a program's name")?;
        symlink(program, folder.join(name)).context("symlink")?;
        if client.is_none() && name == "container" {
            symlink(program, folder.join("docker")).context("symlink")?;
        }
    }
    if let Some(client) = client {
        symlink(client, folder.join("docker")).context("symlink")?;
    }
    Ok(())
}
