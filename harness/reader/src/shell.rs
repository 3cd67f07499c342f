//! A shell in a machine, for a person or for commands from a pipe.

use std::io::{self, IsTerminal, Read};
use std::time::Duration;

use anyhow::Result;
use protocol::ExitStatus;

use crate::exit_code::SOFTWARE;
use crate::machine::Machine;
use crate::output;
use crate::terminal::Quiet;

/// Runs a shell on this terminal, or, if standard input is no terminal, runs
/// the commands read from it. Returns the shell's exit status.
pub fn open(machine: &mut Machine, environment: &[String]) -> Result<u8> {
    let mut argv = vec!["env"];
    argv.extend(environment.iter().map(String::as_str));
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
