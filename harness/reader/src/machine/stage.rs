//! The process that leads to a stage: a machine of namespaces that `guest
//! --stdio` makes on a Linux that is already up, at the other end of the
//! process's standard streams.

use std::any::Any;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::unistd::Pid;
use tr::tr;

use super::clock::Clock;
use super::connected;
use super::console::Console;
use super::failure::Fate;

/// Time for the process to end after the stream has closed, and for the stage
/// to be gone after its machine is dropped.
const ENDING: Duration = Duration::from_secs(5);

/// Status of ssh for an error of its own (ssh(1)).
const SSH_FAILED: i32 = 255;

/// Statuses of a stage whose PID 1 was ended by reboot(2): 128 plus SIGHUP for a
/// restart, 128 plus SIGINT for the end of the machine
/// (kernel/pid_namespace.c, reboot_pid_ns).
const RESTARTED: i32 = 129;
const SWITCHED_OFF: i32 = 130;

/// The process that leads to a stage. Dropping it ends the stage.
pub struct StageProcess {
    child: Child,
    /// Our end of standard input and output, to close it first.
    stream: UnixStream,
    errors: Console,
    /// Clock of the machine.
    pub clock: Clock,
    /// What the process needs as long as it runs.
    _needed: Needed,
}

/// What a stage's process needs, such as the session that carries it.
pub type Needed = Arc<dyn Any + Send + Sync>;

impl StageProcess {
    /// Starts the command. The second value is this side's end of its standard
    /// input and output.
    pub fn start(
        command: Command,
        needed: Needed,
    ) -> Result<(Self, UnixStream)> {
        let (child, stream, errors) = connected::start(command)?;
        let pid = Pid::from_raw(child.id().cast_signed());
        let process = Self {
            child,
            stream: stream.try_clone().context("dup")?,
            errors,
            clock: Clock::at_the_other_end_of(pid),
            _needed: needed,
        };
        Ok((process, stream))
    }

    /// Returns the PID of the process on this computer.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// Returns the last lines of standard error.
    pub fn said(&self) -> Vec<String> {
        self.errors.lines()
    }

    /// Returns the reason why the stream has closed.
    pub fn fate(&mut self, booted: bool) -> Fate {
        let Some(status) = self.wait() else {
            return Fate::Lost(tr!("its stream closed"));
        };
        self.errors.wait_for_end(ENDING);
        let said = self.said().last().cloned();
        let said = said.unwrap_or_else(|| tr!("without a word"));
        if !booted {
            return Fate::NoStage(said);
        }
        match (status.code(), status.signal()) {
            (Some(RESTARTED), _) => Fate::Reset,
            (Some(SWITCHED_OFF), _) => Fate::SwitchedOff,
            (Some(SSH_FAILED), _) => {
                Fate::Lost(tr!("the connection ended: {said}", said))
            }
            (Some(code), _) if code > 128 => {
                let signal = code - 128;
                Fate::Lost(tr!(
                    "signal {signal} ended the stage's PID 1",
                    signal
                ))
            }
            (_, Some(signal)) => Fate::Lost(tr!(
                "signal {signal} ended the connection's process",
                signal
            )),
            (_, None) => Fate::Lost(tr!("the stage ended: {said}", said)),
        }
    }

    /// Returns the reason why PID 1 is silent. From here a program that leaves
    /// it no processor looks like a network that is gone, so no program is
    /// blamed.
    pub fn silent(&self) -> Fate {
        Fate::Lost(tr!(
            "no answer: the connection, or the Linux there, stands still"
        ))
    }

    /// Waits for the process to end.
    fn wait(&mut self) -> Option<ExitStatus> {
        let until = self.clock.had() + ENDING;
        loop {
            let over = self.clock.had() >= until;
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if !over => thread::sleep(Duration::from_millis(2)),
                _ => return None,
            }
        }
    }
}

impl Drop for StageProcess {
    fn drop(&mut self) {
        // The end of the stream is the end of the stage. When the process has
        // ended, all of it is gone.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
        if self.wait().is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
