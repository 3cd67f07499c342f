//! owner - the process that lives with a container, and takes everything back
//!
//! The owner is the command itself, or a monitor. It holds the container's
//! claim, and nobody else writes the state meanwhile.
//!
//! See: docs/src/container-states.md

use nix::sys::signalfd::SignalFd;

use crate::attached::log::Log;
use crate::attached::monitor;
use crate::attached::publish::Proxy;
use crate::attached::streams::{self, Outside};
use crate::error::{Error, Result};
use crate::files::claim::Claim;
use crate::files::container::Container;
use crate::kernel::channel::Channel;
use crate::kernel::process::Child;
use crate::kernel::{cgroup, network};
use crate::output;

/// A container, and the right to it.
pub struct Owner {
    /// The container, which runs or is about to.
    pub container: Container,
    pub claim: Claim,
    /// The command that waits for the monitor's word, if this is a monitor.
    pub caller: Option<Channel>,
    attached: bool,
}

/// A container's process, our ends of its input and output, and its ports.
pub type Running = (Child, Outside, Proxy);

impl Owner {
    /// Becomes the owner. A monitor has a caller, and is attached to nobody.
    pub fn new(
        container: Container,
        claim: Claim,
        caller: Option<Channel>,
    ) -> Result<Self> {
        if caller.is_some() {
            // A monitor is another process than the one that has claimed.
            claim.is_ours()?;
        }
        Ok(Self {
            container,
            claim,
            attached: caller.is_none(),
            caller,
        })
    }

    /// Tells all who wait why the life could not begin.
    pub fn has_not_begun(&mut self, error: Error) -> Error {
        let error = self.container.has_not_started(error);
        let freed = self.claim.has_begun();
        if let Some(mut caller) = self.caller.take() {
            caller.fail(&error);
        }
        match freed {
            Ok(()) => error,
            Err(more) => error.and(&more),
        }
    }

    /// Tells all who wait that the life has begun.
    fn has_begun(&mut self) -> Result<()> {
        self.claim.has_begun()?;
        if let Some(mut caller) = self.caller.take() {
            caller.tell();
        }
        Ok(())
    }

    /// Lives with a container that runs, until its command has ended. Returns
    /// the exit status of the command.
    pub fn live(
        mut self,
        (child, outside, proxy): Running,
        signals: &SignalFd,
    ) -> Result<u8> {
        // From here on there are threads.
        let served = proxy.serve();
        served.map_err(|error| self.has_not_begun(error))?;
        self.has_begun()?;
        let status = self.attend(&child, outside, signals)?;
        drop(proxy);
        Ok(self.end(status))
    }

    /// Hands on input, output and signals until the command has ended. Returns
    /// its exit status.
    fn attend(
        &self,
        child: &Child,
        mut outside: Outside,
        signals: &SignalFd,
    ) -> Result<u8> {
        let raw = if self.attached && self.container.asked.interactive {
            streams::forward_stdin(&mut outside)?
        } else {
            None
        };
        let log = Some(Log::new(&self.container.bundle));
        let attached = self.attached;
        let status = streams::attend(child, outside, signals, log, attached)?;
        drop(raw);
        Ok(status)
    }

    /// Takes back what the kernel does not, as much of it as can be. The
    /// namespaces are gone, and what was mounted there with them. Returns the
    /// exit status of the command.
    fn end(self, status: u8) -> u8 {
        if let Err(error) = self.take_back(status) {
            output::say(format!("container: not all is taken back: {error}"));
        }
        status
    }

    /// The cable goes last, for that takes time. Nobody waits for it but a
    /// command that has asked for the container to stop.
    fn take_back(mut self, status: u8) -> Result<()> {
        let removed = cgroup::remove(&self.container.id);
        let veth = self.container.veth();
        let off = veth.as_deref().map_or(Ok(()), network::switch_off);
        let ended = self.container.has_ended(status.into());
        let disconnected = match veth {
            Some(veth) if self.attached => {
                drop(self.claim);
                monitor::after_us(|| network::disconnect(&veth))
            }
            Some(veth) => network::disconnect(&veth),
            None => Ok(()),
        };
        removed.and(off).and(ended).and(disconnected)
    }
}
