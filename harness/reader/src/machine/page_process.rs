//! The Node process that runs the machine of the page: its start, and its end.

use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::unistd::Pid;
use tr::tr;

use super::clock::Clock;
use super::connected;
use super::console::Console;
use super::failure::Fate;

/// Time for Node to end after it has closed the machine's stream. Node ends at
/// once; the limit is for a busy computer.
const ENDING: Duration = Duration::from_secs(60);

/// Statuses of Node after the end of the machine, see machine.mjs.
const RESTARTED: i32 = 129;
const SWITCHED_OFF: i32 = 130;
const PANICKED: i32 = 131;

/// A Node that runs the machine of the page. Dropping it ends the machine.
pub struct PageProcess {
    child: Child,
    console: Console,
    command: String,
    /// Clock of the machine.
    pub clock: Clock,
}

impl PageProcess {
    /// Starts Node, to boot or to restore the machine of a folder. The second
    /// value is this side's end of the stream to its PID 1.
    pub fn start(mode: &str, folder: &Path) -> Result<(Self, UnixStream)> {
        let program = folder.join("machine.mjs");
        let mut command = Command::new("node");
        command.arg(&program).arg(mode).arg(folder);
        // Ctrl-C at the terminal must not reach Node.
        command.process_group(0);
        let (child, stream, console) = connected::start(command)?;
        let pid = Pid::from_raw(child.id().cast_signed());
        let process = Self {
            child,
            console,
            command: format!("node {} {mode} DIR", program.display()),
            clock: Clock::of(pid),
        };
        Ok((process, stream))
    }

    /// Returns the PID of Node.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// Returns the last lines of the machine's console.
    pub fn console(&self) -> Vec<String> {
        self.console.lines()
    }

    /// Returns the command line, with `DIR` for the machine's folder.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// Returns the reason why the stream has closed. `booted` says whether PID
    /// 1 had spoken before.
    pub fn fate(&mut self, booted: bool) -> Fate {
        let Some(status) = self.wait() else {
            return Fate::Lost(tr!("it closed its channel, node still runs"));
        };
        let said = self.console().last().cloned();
        let said = said.unwrap_or_else(|| tr!("without a word"));
        match (status.code(), status.signal()) {
            (Some(RESTARTED), _) => Fate::Reset,
            (Some(SWITCHED_OFF), _) => Fate::SwitchedOff,
            (Some(PANICKED), _) => Fate::Panicked,
            (_, Some(signal)) => {
                Fate::Lost(tr!("signal {signal} ended node", signal))
            }
            _ if !booted => Fate::NoPage(said),
            _ => Fate::Lost(tr!("node ended: {said}", said)),
        }
    }

    /// Waits for Node to end: its console closes a moment before.
    fn wait(&mut self) -> Option<ExitStatus> {
        if self.console.wait_for_end(ENDING) {
            return self.child.wait().ok();
        }
        None
    }
}

impl Drop for PageProcess {
    fn drop(&mut self) {
        // A restored machine has nothing to save.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ends this side's half of a stream: the machine is asked to save itself.
pub fn ask_to_save(stream: &UnixStream) -> Result<()> {
    stream.shutdown(Shutdown::Write).context("shutdown")
}
