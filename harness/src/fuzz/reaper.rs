//! The ends of processes: children, and orphans such as monitors.

use std::collections::BTreeMap;
use std::os::fd::AsFd;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::set_child_subreaper;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};

/// An exit status, or else a signal.
pub type Status = std::result::Result<i32, i32>;

/// The parent of all orphans.
pub struct Reaper {
    signals: SignalFd,
    /// Exit status of each ended process, by PID.
    pub ended: BTreeMap<i32, Status>,
}

impl Reaper {
    /// Makes this process the parent of orphans from now on.
    pub fn new() -> Result<Self> {
        set_child_subreaper(true).context("prctl")?;
        let mut child = SigSet::empty();
        child.add(Signal::SIGCHLD);
        child.thread_block().context("sigprocmask")?;
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let signals = SignalFd::with_flags(&child, flags);
        Ok(Self {
            signals: signals.context("signalfd")?,
            ended: BTreeMap::new(),
        })
    }

    /// Waits until a process ends, or until the limit.
    pub fn wait(&mut self, limit: Duration) -> Result<()> {
        let limit = u32::try_from(limit.as_millis()).unwrap_or(u32::MAX);
        let limit = PollTimeout::try_from(limit.saturating_add(1))
            .unwrap_or(PollTimeout::MAX);
        let mut ends = [PollFd::new(self.signals.as_fd(), PollFlags::POLLIN)];
        poll(&mut ends, limit).context("poll")?;
        while let Ok(Some(_)) = self.signals.read_signal() {}
        self.reap();
        Ok(())
    }

    /// Records all processes that have ended.
    pub fn reap(&mut self) {
        while let Ok(status) = waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            let (pid, status) = match status {
                WaitStatus::Exited(pid, code) => (pid, Ok(code)),
                WaitStatus::Signaled(pid, signal, _) => {
                    (pid, Err(signal as i32))
                }
                _ => return,
            };
            self.ended.insert(pid.as_raw(), status);
        }
    }
}
