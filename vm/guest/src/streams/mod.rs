//! Runs commands on pipes, commands on terminals, and lasting terminals.

mod stream;

use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::poll::PollFd;
use nix::pty::{OpenptyResult, Winsize, openpty};
use nix::sys::signal::{Signal, killpg};
use protocol::{Event, ExitStatus, Source, StreamId, WindowSize};

use crate::children::next_ended;
use crate::control::Control;
use crate::prompt::Prompts;
use crate::spawn::{command, in_new_session, print_plainly, winsize};
use stream::Stream;

/// All commands and terminals.
#[derive(Default)]
pub struct Streams {
    streams: Vec<Stream>,
}

impl Streams {
    /// Runs a command with standard output and standard error on two pipes.
    pub fn exec(
        &mut self,
        control: &mut Control,
        id: StreamId,
        argv: &[String],
    ) -> Result<()> {
        let mut command = command(argv)?;
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped());
        command.stderr(Stdio::piped());
        in_new_session(&mut command, None);
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => return not_started(control, id, &error),
        };
        let pipes = "three pipes were asked for";
        let outputs = vec![
            (Source::Stdout, file(child.stdout.take().context(pipes)?)),
            (Source::Stderr, file(child.stderr.take().context(pipes)?)),
        ];
        let input = file(child.stdin.take().context(pipes)?);
        let pid = child.id().cast_signed();
        control.send(&Event::Started { id, pid })?;
        self.streams
            .push(Stream::new(id, child.id(), outputs, input, None)?);
        Ok(())
    }

    /// Runs a command on a new terminal.
    pub fn exec_tty(
        &mut self,
        control: &mut Control,
        id: StreamId,
        argv: &[String],
        size: WindowSize,
        term: &str,
    ) -> Result<()> {
        let mut command = command(argv)?;
        command.env("TERM", term);
        self.spawn_on_tty(control, id, command, size, None)
    }

    /// Opens a terminal whose shells report their prompts.
    pub fn open_terminal(
        &mut self,
        control: &mut Control,
        id: StreamId,
        size: WindowSize,
    ) -> Result<()> {
        let prompts = Prompts::new(random_number()?);
        let mut command = command(&["bash".to_owned()])?;
        command.env("TERM", "dumb");
        command.env("PS1", prompts.ps1()).env("PS2", "");
        // A shell that is not interactive removes PS1; .bashrc restores it.
        command.env("PROMPT_MARK", prompts.ps1());
        self.spawn_on_tty(control, id, command, size, Some(prompts))
    }

    fn spawn_on_tty(
        &mut self,
        control: &mut Control,
        id: StreamId,
        mut command: Command,
        size: WindowSize,
        prompts: Option<Prompts>,
    ) -> Result<()> {
        let OpenptyResult { master, slave } =
            openpty(&winsize(size), None).context("openpty")?;
        if prompts.is_some() {
            print_plainly(&slave)?;
        }
        command.stdin(slave.try_clone()?);
        command.stdout(slave.try_clone()?);
        command.stderr(slave.try_clone()?);
        in_new_session(&mut command, Some(slave));
        let child = match command.spawn() {
            Ok(child) => child,
            Err(error) => return not_started(control, id, &error),
        };
        drop(command); // closes the copies of the terminal here
        let input = File::from(master.try_clone()?);
        let outputs = vec![(Source::Stdout, File::from(master))];
        self.streams.push(Stream::new(
            id,
            child.id(),
            outputs,
            input,
            prompts,
        )?);
        Ok(())
    }

    /// Queues bytes for a stream's standard input.
    pub fn input(&mut self, id: StreamId, bytes: &[u8]) {
        if let Some(stream) = self.find(id) {
            stream.queue(bytes);
        }
    }

    /// Closes a stream's standard input after the queued bytes.
    pub fn close_input(&mut self, id: StreamId) {
        if let Some(stream) = self.find(id) {
            stream.close_input();
        }
    }

    /// Sets the size of a stream's terminal; the kernel sends SIGWINCH.
    pub fn resize(&mut self, id: StreamId, size: WindowSize) -> Result<()> {
        nix::ioctl_write_ptr_bad!(set_size, libc::TIOCSWINSZ, Winsize);
        let Some(stream) = self.find(id) else {
            return Ok(());
        };
        let Some(master) = stream.terminal() else {
            return Ok(());
        };
        // SAFETY: the pointer is to a whole winsize that outlives the call.
        unsafe { set_size(master.as_raw_fd(), &winsize(size)) }
            .context("ioctl(TIOCSWINSZ)")?;
        Ok(())
    }

    /// Sends a signal to a stream's process group, unless it has ended.
    pub fn signal(&mut self, id: StreamId, signal: i32) -> Result<()> {
        let signal = Signal::try_from(signal).context("signal number")?;
        let Some(stream) = self.find(id) else {
            return Ok(());
        };
        match killpg(stream.child, signal) {
            Err(Errno::ESRCH) | Ok(()) => Ok(()),
            Err(errno) => Err(errno).context("killpg"),
        }
    }

    fn find(&mut self, id: StreamId) -> Option<&mut Stream> {
        self.streams.iter_mut().find(|stream| stream.id == id)
    }

    /// Returns the files to poll, in the order that [`Self::pump`] expects.
    pub fn poll_fds(&self) -> impl Iterator<Item = PollFd<'_>> {
        self.streams.iter().flat_map(Stream::poll_fds)
    }

    /// Returns the time after which [`Self::reap`] must be called even if no
    /// file is ready.
    pub fn wake_in(&self) -> Option<Duration> {
        self.streams.iter().filter_map(Stream::wake_in).min()
    }

    /// Moves bytes: outputs to the harness, and queued input to its reader.
    pub fn pump(
        &mut self,
        control: &mut Control,
        ready: &[bool],
    ) -> Result<()> {
        let mut ready = ready.iter().copied();
        for stream in &mut self.streams {
            stream.pump(control, &mut ready)?;
        }
        Ok(())
    }

    /// Collects all children that have ended, including orphans, and reports
    /// the streams that are complete.
    pub fn reap(&mut self, control: &mut Control) -> Result<()> {
        while let Some((pid, status)) = next_ended()? {
            let stream = self.streams.iter_mut().find(|s| s.child == pid);
            if let Some(stream) = stream {
                stream.exited = Some((status, Instant::now()));
            }
        }
        let mut left = Vec::new();
        for mut stream in self.streams.drain(..) {
            if !stream.complete(control)? {
                left.push(stream);
            }
        }
        self.streams = left;
        Ok(())
    }
}

/// Reports a command that could not be started.
fn not_started(
    control: &mut Control,
    id: StreamId,
    error: &std::io::Error,
) -> Result<()> {
    let errno = error.raw_os_error().unwrap_or(libc::EINVAL);
    control.send(&Event::Exit {
        id,
        status: ExitStatus::NotStarted(errno),
    })
}

fn file(pipe: impl Into<OwnedFd>) -> File {
    File::from(pipe.into())
}

fn random_number() -> Result<u64> {
    let mut bytes = [0; 8];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(u64::from_ne_bytes(bytes))
}
