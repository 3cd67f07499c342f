//! Facts: the state of the machine's kernel, as PID 1 sees it.

use std::time::Duration;

use protocol::{Event, Facts, Request};

use super::control::{Machine, SILENCE};
use super::failure::{Failure, Fate};

/// Kind of a tap, such as the `eth0` of a stage.
const TAP: &str = "tun";

impl Machine {
    /// Returns the facts.
    pub fn facts(&mut self) -> Result<Facts, Failure> {
        self.facts_in(SILENCE)
    }

    /// Returns the facts of a machine that a program may have damaged. Fails if
    /// they do not come within this time, or if /proc is gone.
    pub fn facts_within(
        &mut self,
        patience: Duration,
    ) -> Result<Facts, Failure> {
        let facts = self.facts_in(patience)?;
        // Without /proc, PID 1 does not even see itself.
        if facts.processes.is_empty() {
            let reason = "there is nothing in /proc".to_owned();
            return Err(self.failure(Fate::Refused(reason)));
        }
        Ok(facts)
    }

    fn facts_in(&mut self, patience: Duration) -> Result<Facts, Failure> {
        self.send(&Request::Facts)?;
        let facts = self.answer(patience, |event| match event {
            Event::Facts(facts) => Ok(facts),
            other => Err(other),
        })?;
        Ok(with_taps_as_cards(facts))
    }
}

/// Calls each tap what it is to its namespace: a network card.
fn with_taps_as_cards(mut facts: Facts) -> Facts {
    let networks = facts.networks.iter_mut();
    let interfaces = networks.flat_map(|network| &mut network.interfaces);
    for tap in interfaces.filter(|interface| interface.kind == TAP) {
        "ethernet".clone_into(&mut tap.kind);
    }
    facts
}
