//! Boots machines, saves them, and starts their clones.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use protocol::{Event, Request};

use super::accelerator::Kind;
use super::carrier::Carrier;
use super::command_line::{Config, Memory};
use super::control::Machine;
use super::failure::{Failure, Fate, Stage};
use super::qemu::Qemu;

/// Returns the time limit for a boot: ten times what a boot needs.
fn boot_deadline(accelerator: Kind) -> Duration {
    match accelerator {
        Kind::Kvm => Duration::from_secs(8),
        Kind::Tcg => Duration::from_secs(90),
    }
}

impl Machine {
    /// Boots a machine and greets its PID 1.
    ///
    /// The machine ends with the thread that calls this function.
    pub fn boot(config: &Config) -> Result<Self, Failure> {
        let mut machine = Self::boot_to_first_word(config, Memory::Private)?;
        machine.greet()?;
        Ok(machine)
    }

    /// Boots a machine whose memory is in a file, so that it can be saved.
    ///
    /// PID 1 is not greeted: each clone gets its own greeting, with the time
    /// and random bytes that make it differ from others.
    pub fn boot_to_save(
        config: &Config,
        memory: &Path,
    ) -> Result<Self, Failure> {
        let memory = Memory::Saved(memory);
        let mut machine = Self::boot_to_first_word(config, memory)?;
        // The interfaces settle before the machine is saved, so that no clone
        // waits for them.
        machine.facts()?;
        Ok(machine)
    }

    /// Writes everything except the memory of such a machine to a file, and
    /// ends it. Returns the kernel's release.
    pub fn save(mut self, state: &File) -> anyhow::Result<String> {
        self.carrier.qemu()?.save(state)?;
        Ok(self.kernel.clone())
    }

    /// Starts a clone that does not run yet, while QEMU sets itself up.
    pub(super) fn start_clone(
        config: &Config,
        memory: &Path,
    ) -> Result<Self, Failure> {
        Self::start(config, Memory::Cloned(memory))
    }

    /// Lets a clone continue from where its original was saved.
    pub(super) fn go_on(
        mut self,
        state: &File,
        kernel: &str,
    ) -> anyhow::Result<Self> {
        self.carrier.qemu()?.restore(state)?;
        kernel.clone_into(&mut self.kernel);
        self.greet()?;
        Ok(self)
    }

    fn boot_to_first_word(
        config: &Config,
        memory: Memory<'_>,
    ) -> Result<Self, Failure> {
        let deadline = boot_deadline(config.accelerator);
        Self::start(config, memory)?.hear_first_word(deadline, Fate::Lost)
    }

    /// Waits for PID 1's first word, which names the kernel. `no` makes a fate
    /// of the reason why there is no machine.
    pub(super) fn hear_first_word(
        mut self,
        deadline: Duration,
        no: impl FnOnce(String) -> Fate,
    ) -> Result<Self, Failure> {
        let until = self.had() + deadline;
        match self.next_event(until)? {
            Some(Event::Ready { protocol, kernel })
                if protocol == protocol::VERSION =>
            {
                self.kernel = kernel;
                Ok(self)
            }
            Some(Event::Failed { reason }) => Err(self.failure(no(reason))),
            Some(other) => {
                let reason = format!("its first word was {other:?}");
                Err(self.failure(no(reason)))
            }
            None => Err(self.silent(deadline)),
        }
    }

    fn start(config: &Config, memory: Memory<'_>) -> Result<Self, Failure> {
        let machine = Qemu::start(config, memory).and_then(|(qemu, socket)| {
            Ok(Self::new(Carrier::Qemu(Box::new(qemu)), socket)?)
        });
        machine.map_err(|error| Failure::before_boot(&error, Fate::NotStarted))
    }

    /// Tells PID 1 what it cannot know by itself: the time, and random bytes.
    pub(super) fn greet(&mut self) -> Result<(), Failure> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let unix_time_ns = now
            .ok()
            .and_then(|now| u64::try_from(now.as_nanos()).ok())
            .unwrap_or_default();
        let entropy = entropy()
            .map_err(|e| self.failure(Fate::Refused(e.to_string())))?;
        let protocol = protocol::VERSION;
        self.ask(&Request::Hello {
            protocol,
            unix_time_ns,
            entropy,
        })?;
        self.stage = Stage::Run;
        Ok(())
    }
}

fn entropy() -> io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}
