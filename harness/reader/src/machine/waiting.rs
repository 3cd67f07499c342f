//! How long is waited for what the machine's PID 1 says. All limits are of
//! the machine's time: see [`super::clock`].

use std::time::Duration;

use protocol::{Event, Request};

use super::clock::Silence;
use super::control::Machine;
use super::failure::Failure;

/// PID 1 answers within milliseconds. After this long it hangs.
pub(super) const SILENCE: Duration = Duration::from_secs(15);

/// After this long without an event PID 1 is asked whether it is alive.
const HEARTBEAT: Duration = Duration::from_secs(2);

impl Machine {
    /// What the machine has had of time since QEMU started.
    pub fn had(&mut self) -> Duration {
        self.qemu.clock.had()
    }

    /// The next event; none: before one came, the machine has had so much.
    pub(super) fn event_until(
        &mut self,
        until: Duration,
    ) -> Result<Option<Event>, Failure> {
        match self.qemu.clock.wait(&self.events, until) {
            Ok(event) => Ok(Some(event)),
            Err(Silence::Over) => Ok(None),
            Err(Silence::Still) => Err(self.silent(SILENCE)),
            Err(Silence::Closed) => Err(self.gone()),
        }
    }

    /// The next event, which has to come in this time.
    pub(super) fn next_event(
        &mut self,
        patience: Duration,
    ) -> Result<Event, Failure> {
        let until = self.had() + patience;
        match self.event_until(until)? {
            Some(event) => Ok(event),
            None => Err(self.silent(patience)),
        }
    }

    /// The next event of a command; none: the command's time is over, and
    /// PID 1 is alive. When nothing comes for a while, PID 1 is asked.
    pub(super) fn event_of_command(
        &mut self,
        until: Duration,
    ) -> Result<Option<Event>, Failure> {
        loop {
            let now = self.had();
            if now >= until {
                return Ok(None);
            }
            match self.event_until(until.min(now + HEARTBEAT))? {
                Some(Event::Pong) => {}
                Some(event) => return Ok(Some(event)),
                None => {
                    self.send(&Request::Ping)?;
                    match self.next_event(SILENCE)? {
                        Event::Pong => {}
                        event => return Ok(Some(event)),
                    }
                }
            }
        }
    }
}
