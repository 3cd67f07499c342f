//! Starts a machine that is a stage, and greets its PID 1.

use std::process::Command;
use std::time::Duration;

use super::carrier::Carrier;
use super::control::Machine;
use super::failure::{Failure, Fate};
use super::stage::{Needed, StageProcess};

/// Longest time from the start of the process to PID 1's first message: the
/// Linux there may be slow.
const BEGINNING: Duration = Duration::from_secs(60);

impl Machine {
    /// Starts a command at whose other end `guest --stdio` makes a stage, and
    /// greets its PID 1. Keeps what the command needs until the machine ends.
    ///
    /// The machine ends with the thread that calls this function.
    pub fn on_stage(command: Command, needed: Needed) -> Result<Self, Failure> {
        let started =
            StageProcess::start(command, needed).and_then(|(stage, stream)| {
                Ok(Self::new(Carrier::Stage(stage), stream)?)
            });
        let mut machine = started
            .map_err(|error| Failure::before_boot(&error, Fate::NoStage))?
            .hear_first_word(BEGINNING, Fate::NoStage)?;
        machine.greet()?;
        Ok(machine)
    }
}
