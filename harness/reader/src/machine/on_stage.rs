//! Starts a machine that is a stage, and greets its PID 1.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use super::agent::Agent;
use super::carrier::Carrier;
use super::control::Machine;
use super::failure::{Failure, Fate};
use super::stage::FarStage;

/// Longest time until PID 1's first message: the Linux there may be slow.
const BEGINNING: Duration = Duration::from_secs(60);

impl Machine {
    /// Asks for a stage, and greets its PID 1. `question` is a command that ends
    /// at once, by the same way.
    pub fn on_stage(
        agent: &Arc<Agent>,
        question: Command,
    ) -> Result<Self, Failure> {
        let started = FarStage::make(agent, question);
        let started = started.and_then(|(stage, stream)| {
            Ok(Self::new(Carrier::Stage(stage), stream)?)
        });
        let mut machine = started
            .map_err(|error| Failure::before_boot(&error, Fate::NoStage))?
            .hear_first_word(BEGINNING, Fate::NoStage)?;
        machine.greet()?;
        Ok(machine)
    }
}
