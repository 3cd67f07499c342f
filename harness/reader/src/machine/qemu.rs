//! The QEMU process: its start, its state, and its certain end.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use command_fds::{CommandFdExt, FdMapping};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::{Pid, getpid, getppid};
use serde_json::{Value, json};
use tr::tr;

use super::clock::Clock;
use super::command_line::{
    CONSOLE_FD, CONTROL_FD, Config, MONITOR_FD, Memory, SHARED_MEMORY_FD,
    arguments, by_hand,
};
use super::console::Console;
use super::emulator::Emulator;
use super::failure::Fate;
use super::qmp::{Qmp, Stop};

/// Time for QEMU to end after it has closed the machine's channel.
const ENDING: Duration = Duration::from_secs(2);

/// Time to read what an ended QEMU has written. The output is already there;
/// the limit is for a busy computer.
const READING: Duration = Duration::from_secs(60);

/// Time for QEMU to close the pipe of a saved state. QEMU does so at once; the
/// limit is for a busy computer.
const PIPE_ENDS: Duration = Duration::from_secs(30);

/// Beginning of the kernel's message about its panic.
const PANIC: &str = "Kernel panic - not syncing";

/// A running QEMU. Dropping it ends the process.
pub struct Qemu {
    child: Child,
    qmp: Qmp,
    console: Console,
    complaints: Receiver<String>,
    command: String,
    /// Clock of the machine.
    pub clock: Clock,
}

impl Qemu {
    /// Starts QEMU. The second value is this side's end of the control channel.
    ///
    /// The kernel ends QEMU when the **thread** that called this function ends
    /// (prctl(2), `PR_SET_PDEATHSIG`): even a killed harness leaves no QEMU
    /// behind.
    pub fn start(
        config: &Config,
        memory: Memory<'_>,
    ) -> Result<(Self, UnixStream)> {
        let (control, control_of_qemu) = UnixStream::pair()?;
        let (monitor, monitor_of_qemu) = UnixStream::pair()?;
        let (console, console_of_qemu) = UnixStream::pair()?;
        let emulator = Emulator::find()?;
        let mut command = emulator.command();
        command.args(arguments(config, memory));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::piped());
        // Ctrl-C at the terminal must not reach QEMU.
        command.process_group(0);
        let mut inherited = vec![
            inherit(control_of_qemu, CONTROL_FD),
            inherit(monitor_of_qemu, MONITOR_FD),
            inherit(console_of_qemu, CONSOLE_FD),
        ];
        if let Some(shared_memory) = &config.shared_memory {
            inherited.push(inherit(
                shared_memory.file.try_clone()?,
                SHARED_MEMORY_FD,
            ));
        }
        command.fd_mappings(inherited)?;
        end_with_this_thread(&mut command);
        let mut child = command
            .spawn()
            .with_context(|| format!("exec({emulator})"))?;
        drop(command); // closes the copies of QEMU's ends here
        let stderr = child.stderr.take().context("stderr is piped")?;
        let pid = Pid::from_raw(child.id().cast_signed());
        let qemu = Self {
            child,
            qmp: Qmp::new(monitor, Clock::of(pid))?,
            clock: Clock::of(pid),
            console: Console::read(console),
            complaints: read_all(stderr),
            // A clone cannot be started by hand, but its original can.
            command: by_hand(&emulator, &arguments(config, Memory::Private)),
        };
        Ok((qemu, control))
    }

    /// Stops the machine and writes everything except its memory to a file.
    ///
    /// The state goes through a pipe: QEMU 11 and later refuse a file here, and
    /// every version accepts a pipe.
    pub fn save(&mut self, state: &File) -> Result<()> {
        self.qmp.execute("stop", &json!({}))?;
        self.leave_memory_where_it_is()?;
        let (from_qemu, pipe) = io::pipe().context("pipe")?;
        self.qmp.give_file(STATE, &pipe)?;
        drop(pipe);
        let written = copy_beside(from_qemu, state.try_clone()?);
        self.qmp.execute("migrate", &state_uri())?;
        self.qmp.migrated()?;
        // QEMU closes its end when the whole state is in the pipe.
        let written = written.recv_timeout(PIPE_ENDS);
        written.context("QEMU keeps the pipe open")??;
        Ok(())
    }

    /// Reads the state from a file and lets the machine go on.
    pub fn restore(&mut self, state: &File) -> Result<()> {
        self.leave_memory_where_it_is()?;
        let (pipe, to_qemu) = io::pipe().context("pipe")?;
        self.qmp.give_file(STATE, &pipe)?;
        drop(pipe);
        copy_beside(state.try_clone()?, to_qemu);
        self.qmp.execute("migrate-incoming", &state_uri())?;
        self.qmp.migrated()?;
        self.qmp.execute("cont", &json!({}))
    }

    fn leave_memory_where_it_is(&mut self) -> Result<()> {
        let on = |name| json!({"capability": name, "state": true});
        let capabilities = json!([on("x-ignore-shared"), on("events")]);
        let arguments = json!({"capabilities": capabilities});
        self.qmp.execute("migrate-set-capabilities", &arguments)
    }

    /// Returns the last lines of the console.
    pub fn console(&self) -> Vec<String> {
        self.console.lines()
    }

    /// Returns a command line that starts such a machine by hand, with its
    /// console on the terminal.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// Returns the PID of QEMU.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// Returns the reason why the machine is gone. Call it when the machine's
    /// channel has closed. `booted` says whether PID 1 had spoken before.
    pub fn fate(&mut self, booted: bool) -> Fate {
        let stop = self.qmp.stop_reason(ENDING);
        let exit = self.wait(ENDING);
        if exit.is_some() {
            self.console.wait_for_end(READING);
        }
        match (stop, exit) {
            (Some(Stop::Panic), _) => Fate::Panicked,
            // Early in its boot, the machine has no device to report a panic.
            (Some(Stop::Reset), _) if !booted && self.printed_a_panic() => {
                Fate::Panicked
            }
            (Some(Stop::Reset), _) => Fate::Reset,
            (Some(Stop::Poweroff), _) => Fate::SwitchedOff,
            (None, Some(status)) => match status.signal() {
                Some(signal) => {
                    Fate::Lost(tr!("signal {signal} ended QEMU", signal))
                }
                None if !booted => Fate::NotStarted(self.complaint()),
                None => {
                    let complaint = self.complaint();
                    Fate::Lost(tr!("QEMU ended: {complaint}", complaint))
                }
            },
            (None, None) => {
                Fate::Lost(tr!("it closed its channel, QEMU still runs"))
            }
        }
    }

    /// Returns the reason why the machine is silent: a panic that failed to
    /// reset the machine, or else a hang.
    pub fn silent(&mut self, silence: Duration) -> Fate {
        match self.qmp.stop_reason(Duration::ZERO) {
            Some(Stop::Panic) => Fate::Panicked,
            _ => Fate::Hung(silence),
        }
    }

    /// Interrupts the machine's processor.
    pub fn inject_nmi(&mut self) -> Result<()> {
        self.qmp.execute("inject-nmi", &json!({}))
    }

    fn printed_a_panic(&self) -> bool {
        self.console().iter().any(|line| line.contains(PANIC))
    }

    fn wait(&mut self, patience: Duration) -> Option<std::process::ExitStatus> {
        let until = self.clock.had() + patience;
        loop {
            let over = self.clock.had() >= until || self.clock.stands_still();
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if !over => {
                    thread::sleep(Duration::from_millis(5));
                }
                _ => return None,
            }
        }
    }

    /// Returns QEMU's output on standard error, which ends with QEMU.
    fn complaint(&self) -> String {
        let text = self.complaints.recv_timeout(READING).unwrap_or_default();
        match text.trim() {
            "" => tr!("without a word"),
            text => text.to_owned(),
        }
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        // A machine without a disk has nothing to save.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn inherit(file: impl Into<OwnedFd>, child_fd: i32) -> FdMapping {
    FdMapping {
        parent_fd: file.into(),
        child_fd,
    }
}

/// Name under which QEMU knows the file of its state.
const STATE: &str = "state";

fn state_uri() -> Value {
    json!({"uri": format!("fd:{STATE}")})
}

/// Makes the kernel end the command's process when this thread ends.
pub fn end_with_this_thread(command: &mut Command) {
    let parent = getpid();
    let arm = move || {
        set_pdeathsig(Signal::SIGKILL)?;
        // The parent may have ended before the signal was armed.
        if getppid() != parent {
            return Err(std::io::Error::from_raw_os_error(libc_esrch()));
        }
        Ok(())
    };
    // SAFETY: the closure makes two system calls and allocates nothing.
    unsafe { command.pre_exec(arm) };
}

fn libc_esrch() -> i32 {
    nix::errno::Errno::ESRCH as i32
}

/// Copies all bytes in a thread and sends the result. The thread ends when the
/// other end of its pipe is closed.
fn copy_beside(
    mut from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
) -> Receiver<io::Result<u64>> {
    let (sender, result) = mpsc::channel();
    thread::spawn(move || sender.send(io::copy(&mut from, &mut to)));
    result
}

fn read_all(mut pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, all) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // Output that cannot be read cannot be shown either.
        let _ = pipe.read_to_end(&mut bytes);
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    all
}
