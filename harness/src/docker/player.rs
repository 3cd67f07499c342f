//! Plays the scenario with one of the two, inside a sandbox, and reports.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::containers::Containers;
use super::install::NoDocker;
use super::normal::Labels;
use super::result::CommandResult;
use super::shell::Shell;
use super::{daemon, image};
use crate::exit_code::{ENVIRONMENT, SOFTWARE};
use crate::{errln, outln};
use crate::{lesson, sandbox};

/// Subcommand that plays the scenario in a sandbox.
pub const SUBCOMMAND: &str = "docker-player";

/// First folder of the shell's `PATH`.
const PROGRAMS: &str = "/run/bin";

/// The runtime that the shell finds as `docker`.
#[derive(Clone, Debug)]
pub enum Runtime {
    /// `container`, which is one of the programs.
    Container,
    /// The installed Docker, with this client.
    Installed(PathBuf),
    /// The Docker of this tree.
    Tree(PathBuf),
}

impl Runtime {
    /// Returns the runtime that the command line's options name.
    pub fn new(client: Option<PathBuf>, tree: Option<PathBuf>) -> Self {
        match (client, tree) {
            (_, Some(tree)) => Self::Tree(tree),
            (Some(client), None) => Self::Installed(client),
            (None, None) => Self::Container,
        }
    }
}

/// Plays the scenario with one runtime. Prints a line of JSON for each command,
/// and Docker's version before them. Returns the exit code.
pub fn run(scenario: &Path, runtime: &Runtime, programs: &[PathBuf]) -> u8 {
    let Err(error) = play(scenario, runtime, programs) else {
        return 0;
    };
    if let Some(NoDocker(why)) = error.downcast_ref() {
        errln!("{why}");
        return ENVIRONMENT;
    }
    errln!("{error:#}");
    SOFTWARE
}

fn play(
    scenario: &Path,
    runtime: &Runtime,
    programs: &[PathBuf],
) -> Result<()> {
    let text = fs::read_to_string(scenario).context("the scenario")?;
    let lesson = lesson::parse(scenario, &text)?;
    image::write_all()?;
    let daemon = match runtime {
        Runtime::Container => None,
        Runtime::Installed(_) => Some(daemon::start(None)?),
        Runtime::Tree(tree) => Some(daemon::start(Some(tree))?),
    };
    install(runtime, daemon, programs)?;
    sandbox::init::number_from_10000()?;
    let mut shell = Shell::start(PROGRAMS)?;
    if daemon.is_some() {
        outln!("{}", serde_json::to_string(&version(&mut shell)?)?);
    }
    let mut labels = Labels::new(&text);
    let mut containers = Containers::new(shell.pid(), daemon);
    containers.observe(&mut labels)?;
    for command in lesson.commands() {
        let lost = daemon::losses();
        let output = shell.run(&command.input)?;
        containers.observe(&mut labels)?;
        let mut normal = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            anyhow::Ok(labels.put(&containers.normalise(&text)?))
        };
        let outcome = CommandResult {
            stdout: normal(&output.stdout)?,
            stderr: normal(&output.stderr)?,
            status: output.status,
            facts: labels.put(&containers.facts()),
            lost: daemon::losses() > lost,
        };
        outln!("{}", serde_json::to_string(&outcome)?);
    }
    Ok(())
}

/// Returns the version that the daemon reports.
fn version(shell: &mut Shell) -> Result<String> {
    let output = shell.run("docker version -f '{{.Server.Version}}'")?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status == 0, "docker version: {}", error.trim_end());
    Ok(String::from_utf8(output.stdout)?.trim_end().into())
}

/// Links the programs into the shell's `PATH`.
fn install(
    runtime: &Runtime,
    daemon: Option<i32>,
    programs: &[PathBuf],
) -> Result<()> {
    let folder = Path::new(PROGRAMS);
    fs::create_dir(folder).context(PROGRAMS)?;
    for program in programs {
        let name = program.file_name().context("a program's name")?;
        symlink(program, folder.join(name)).context("symlink")?;
    }
    let docker = folder.join("docker");
    match (runtime, daemon) {
        (Runtime::Installed(client), _) => symlink(client, docker),
        (Runtime::Tree(_), Some(daemon)) => client_in_tree(&docker, daemon),
        _ => symlink("container", docker),
    }
    .context("docker")
}

/// Writes a script that runs the client in the daemon's mount namespace and in
/// the shell's working directory.
fn client_in_tree(path: &Path, daemon: i32) -> io::Result<()> {
    let script = format!(
        "#!/bin/sh\nexec nsenter --mount=/proc/{daemon}/ns/mnt --wd=. \
         /usr/bin/docker \"$@\"\n"
    );
    fs::write(path, script)?;
    fs::set_permissions(path, Permissions::from_mode(0o755))
}
