//! A shell in a machine, for a person or for commands from a pipe.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use language::{Catalogue, Language, words};
use protocol::ExitStatus;

use crate::course;
use crate::exit_code::SOFTWARE;
use crate::machine::Machine;
use crate::output;
use crate::terminal::Quiet;

/// Puts the catalogue of the person's language into the machine, for its
/// program `why`, and returns the variable that names the language.
pub fn bring_language(machine: &mut Machine) -> Result<Option<String>> {
    let language = Language::current();
    let path = |folder: &Path| Catalogue::path(folder, language, words::DOMAIN);
    // English has no catalogue, and needs none.
    let Ok(text) = fs::read(path(&course::workspace())) else {
        return Ok(None);
    };
    let there = path(Path::new(words::IN_THE_MACHINE));
    machine.put_file(&there.to_string_lossy(), 0o644, &text)?;
    Ok(Some(format!("{}={}", words::VARIABLE, language.tag())))
}

/// Runs a shell on this terminal, or, if standard input is no terminal, runs
/// the commands read from it. Returns the shell's exit status.
pub fn open(machine: &mut Machine, environment: &[String]) -> Result<u8> {
    let language = bring_language(machine)?;
    let mut argv = vec!["env"];
    argv.extend(environment.iter().chain(&language).map(String::as_str));
    let status = if io::stdin().is_terminal() {
        let _quiet = Quiet::begin()?;
        argv.push("bash");
        machine.attach(&argv)?
    } else {
        argv.extend(["bash", "-s"]);
        let mut script = Vec::new();
        io::stdin().read_to_end(&mut script)?;
        let limit = Duration::from_secs(600);
        let ended = machine.exec(&argv, &script, limit)?;
        output::write(&ended.stdout);
        output::write_error(&ended.stderr);
        ended.status
    };
    Ok(match status {
        ExitStatus::Code(code) => code,
        ExitStatus::Signal(signal) => signal.saturating_add(128),
        ExitStatus::NotStarted(_) => SOFTWARE,
    })
}
