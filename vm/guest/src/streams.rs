//! Commands on pipes, commands on terminals, and lasting terminals.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags};
use nix::pty::{OpenptyResult, Winsize, openpty};
use nix::sys::signal::{Signal, killpg};
use nix::sys::termios::{self, LocalFlags, OutputFlags, SetArg};
use nix::unistd::{Pid, setsid, tcgetpgrp};
use protocol::{Event, ExitStatus, Source, StreamId, WindowSize};

use crate::control::Control;
use crate::prompt::{Piece, Prompts};

/// Where programs are looked for: the chapters' programs first, so that
/// `unshare` is the course's; `/usr/bin/unshare` is the standard one.
pub const PATH: &str = "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin";

/// A process left in the background may hold a command's pipes for ever:
/// the command counts as done this long after its end.
const GRACE: Duration = Duration::from_millis(200);

/// PID 1 runs before all others, so who prints line by line is read line by
/// line. Who has been read in so many portions may print for [`PAUSE`] before
/// the next one.
const MANY_PORTIONS: usize = 2_000;
const PAUSE: Duration = Duration::from_millis(1);

/// All commands and terminals.
#[derive(Default)]
pub struct Streams {
    streams: Vec<Stream>,
}

struct Stream {
    id: StreamId,
    child: Pid,
    outputs: Vec<(Source, File)>,
    /// How many portions were read since the last input.
    portions: usize,
    input: Option<File>,
    pending: VecDeque<u8>,
    close_when_written: bool,
    prompts: Option<Prompts>,
    exited: Option<(ExitStatus, Instant)>,
}

impl Streams {
    /// Runs a command whose outputs are two pipes.
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
        self.add(id, child.id(), outputs, input, None)
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
        drop(command); // and with it our copies of the terminal
        let input = File::from(master.try_clone()?);
        let outputs = vec![(Source::Stdout, File::from(master))];
        self.add(id, child.id(), outputs, input, prompts)
    }

    fn add(
        &mut self,
        id: StreamId,
        child: u32,
        outputs: Vec<(Source, File)>,
        input: File,
        prompts: Option<Prompts>,
    ) -> Result<()> {
        for fd in outputs.iter().map(|(_, file)| file).chain([&input]) {
            fcntl(fd, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))
                .context("fcntl(O_NONBLOCK)")?;
        }
        self.streams.push(Stream {
            id,
            child: Pid::from_raw(child.cast_signed()),
            outputs,
            portions: 0,
            input: Some(input),
            pending: VecDeque::new(),
            close_when_written: false,
            prompts,
            exited: None,
        });
        Ok(())
    }

    /// Queues bytes for a stream to read.
    pub fn input(&mut self, id: StreamId, bytes: &[u8]) -> Result<()> {
        let Some(stream) = self.find(id) else {
            return Ok(());
        };
        stream.portions = 0;
        stream.pending.extend(bytes);
        stream.write_pending();
        Ok(())
    }

    /// Ends a stream's input once what is queued has been read.
    pub fn close_input(&mut self, id: StreamId) -> Result<()> {
        let Some(stream) = self.find(id) else {
            return Ok(());
        };
        stream.close_when_written = true;
        stream.write_pending();
        Ok(())
    }

    /// Tells a terminal its new size; the kernel sends SIGWINCH.
    pub fn resize(&mut self, id: StreamId, size: WindowSize) -> Result<()> {
        nix::ioctl_write_ptr_bad!(set_size, libc::TIOCSWINSZ, Winsize);
        let Some(stream) = self.find(id) else {
            return Ok(());
        };
        let Some((_, master)) = stream.outputs.first() else {
            return Ok(());
        };
        // SAFETY: the pointer is to a whole winsize that outlives the call.
        unsafe { set_size(master.as_raw_fd(), &winsize(size)) }
            .context("ioctl(TIOCSWINSZ)")?;
        Ok(())
    }

    /// Sends a signal to a stream's processes, unless they have ended.
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

    /// What to wait for, in the order in which [`Self::pump`] expects it.
    pub fn poll_fds(&self) -> impl Iterator<Item = PollFd<'_>> {
        self.streams.iter().flat_map(|stream| {
            let outputs = stream
                .outputs
                .iter()
                .map(|(_, file)| PollFd::new(file.as_fd(), PollFlags::POLLIN));
            let input = stream
                .input
                .as_ref()
                .filter(|_| !stream.pending.is_empty())
                .map(|file| PollFd::new(file.as_fd(), PollFlags::POLLOUT));
            outputs.chain(input)
        })
    }

    /// How long until a [`GRACE`] ends.
    pub fn wake_in(&self) -> Option<Duration> {
        self.streams
            .iter()
            .filter_map(|stream| stream.exited)
            .map(|(_, at)| GRACE.saturating_sub(at.elapsed()))
            .min()
    }

    /// Moves bytes: outputs to the harness, queued input to its reader.
    pub fn pump(
        &mut self,
        control: &mut Control,
        ready: &[bool],
    ) -> Result<()> {
        let mut ready = ready.iter().copied();
        for stream in &mut self.streams {
            let outputs: Vec<bool> =
                ready.by_ref().take(stream.outputs.len()).collect();
            if !stream.pending.is_empty() {
                ready.next();
                stream.write_pending();
            }
            let mut index = 0;
            for happened in outputs {
                if happened && !stream.forward(control, index)? {
                    stream.outputs.remove(index);
                } else {
                    index += 1;
                }
            }
        }
        Ok(())
    }

    /// Collects the children that have ended, ours and orphans, and reports
    /// the streams that are complete.
    pub fn reap(&mut self, control: &mut Control) -> Result<()> {
        while let Some((pid, status)) = next_ended()? {
            let stream = self.streams.iter_mut().find(|s| s.child == pid);
            if let Some(stream) = stream {
                stream.exited = Some((status, Instant::now()));
            }
        }
        for stream in &mut self.streams {
            let Some((status, at)) = stream.exited else {
                continue;
            };
            // What it had written before its end is still to be read.
            while !stream.outputs.is_empty()
                && stream.forward_available(control)?
            {}
            if stream.outputs.is_empty() || at.elapsed() >= GRACE {
                stream.flush(control)?;
                control.send(&Event::Exit {
                    id: stream.id,
                    status,
                })?;
                stream.child = Pid::from_raw(0);
            }
        }
        self.streams.retain(|stream| stream.child.as_raw() != 0);
        Ok(())
    }
}

impl Stream {
    /// Reads one portion of every output; `false` when nothing came.
    fn forward_available(&mut self, control: &mut Control) -> Result<bool> {
        let mut came = false;
        let mut index = 0;
        while index < self.outputs.len() {
            match self.read(index) {
                Portion::Nothing => index += 1,
                Portion::End => drop(self.outputs.remove(index)),
                Portion::Bytes(bytes) => {
                    self.report(control, index, &bytes)?;
                    came = true;
                    index += 1;
                }
            }
        }
        Ok(came)
    }

    /// Reads one portion of one output; `false` at its end.
    fn forward(&mut self, control: &mut Control, index: usize) -> Result<bool> {
        match self.read(index) {
            Portion::Nothing => Ok(true),
            Portion::End => Ok(false),
            Portion::Bytes(bytes) => {
                self.report(control, index, &bytes)?;
                Ok(true)
            }
        }
    }

    fn read(&mut self, index: usize) -> Portion {
        if self.portions > MANY_PORTIONS {
            std::thread::sleep(PAUSE);
        }
        self.portions += 1;
        let mut bytes = vec![0; 32 << 10];
        match self.outputs[index].1.read(&mut bytes) {
            Ok(0) => Portion::End,
            Ok(count) => {
                bytes.truncate(count);
                Portion::Bytes(bytes)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                Portion::Nothing
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {
                Portion::Nothing
            }
            // EIO: no process has the terminal open any more.
            Err(_) => Portion::End,
        }
    }

    fn report(
        &mut self,
        control: &mut Control,
        index: usize,
        bytes: &[u8],
    ) -> Result<()> {
        let (source, _) = self.outputs[index];
        let pieces = match &mut self.prompts {
            Some(prompts) => prompts.push(bytes),
            None => vec![Piece::Output(bytes.to_vec())],
        };
        for piece in pieces {
            control.send(&match piece {
                Piece::Output(bytes) => Event::Output {
                    id: self.id,
                    source,
                    bytes,
                },
                Piece::Prompt(status) => Event::Prompt {
                    id: self.id,
                    status,
                    shell: self.foreground(index),
                },
            })?;
        }
        Ok(())
    }

    /// The shell that waits: it leads the terminal's foreground group.
    fn foreground(&self, index: usize) -> i32 {
        tcgetpgrp(&self.outputs[index].1).map_or(0, Pid::as_raw)
    }

    fn flush(&mut self, control: &mut Control) -> Result<()> {
        let rest = self.prompts.as_mut().map(Prompts::rest);
        match rest.filter(|bytes| !bytes.is_empty()) {
            Some(bytes) => control.send(&Event::Output {
                id: self.id,
                source: Source::Stdout,
                bytes,
            }),
            None => Ok(()),
        }
    }

    /// Writes as much as is taken at once. A reader that is gone loses it.
    fn write_pending(&mut self) {
        let Some(input) = &mut self.input else { return };
        while !self.pending.is_empty() {
            match input.write(self.pending.make_contiguous()) {
                Ok(count) => drop(self.pending.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => self.pending.clear(),
            }
        }
        if self.close_when_written {
            self.input = None;
        }
    }
}

enum Portion {
    Bytes(Vec<u8>),
    Nothing,
    End,
}

fn command(argv: &[String]) -> Result<Command> {
    ensure!(!argv.is_empty(), "no program named");
    let mut command = Command::new(&argv[0]);
    command
        .args(&argv[1..])
        .current_dir("/root")
        .env_clear()
        .envs([
            ("PATH", PATH),
            ("HOME", "/root"),
            ("USER", "root"),
            ("SHELL", "/bin/bash"),
            ("LANG", "C.UTF-8"),
            // ls: net:[4026531840], not 'net:[4026531840]'.
            ("QUOTING_STYLE", "literal"),
        ]);
    Ok(command)
}

/// Makes the command lead its own session, on its own terminal if it has one.
fn in_new_session(command: &mut Command, terminal: Option<OwnedFd>) {
    let prepare = move || {
        setsid()?;
        if let Some(terminal) = &terminal {
            nix::ioctl_write_int_bad!(set_controlling, libc::TIOCSCTTY);
            // SAFETY: TIOCSCTTY takes an integer, there is no memory in it.
            unsafe { set_controlling(terminal.as_raw_fd(), 0) }?;
        }
        Ok(())
    };
    // SAFETY: the closure makes system calls only; nothing is allocated or
    // locked between fork and exec, and this process has one thread.
    unsafe { command.pre_exec(prepare) };
}

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

/// A lesson's terminal prints what programs write and nothing else: no echo
/// of the command, no carriage return before a line's end.
fn print_plainly(terminal: &OwnedFd) -> Result<()> {
    let mut modes = termios::tcgetattr(terminal).context("tcgetattr")?;
    modes.local_flags.remove(LocalFlags::ECHO);
    modes.output_flags.remove(OutputFlags::OPOST);
    termios::tcsetattr(terminal, SetArg::TCSANOW, &modes).context("tcsetattr")
}

fn winsize(size: WindowSize) -> Winsize {
    Winsize {
        ws_row: size.rows,
        ws_col: size.columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

fn file(pipe: impl Into<OwnedFd>) -> File {
    File::from(pipe.into())
}

fn random_number() -> Result<u64> {
    let mut bytes = [0; 8];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(u64::from_ne_bytes(bytes))
}

/// A child that has ended. nix's waitpid(2) fails for one that a real-time
/// signal has ended, and it is gone then.
fn next_ended() -> Result<Option<(Pid, ExitStatus)>> {
    loop {
        let mut status = 0;
        // SAFETY: the status is written to a variable that outlives the call.
        let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG) };
        let pid = match Errno::result(pid) {
            Ok(0) | Err(Errno::ECHILD) => return Ok(None),
            Err(Errno::EINTR) => continue,
            pid => Pid::from_raw(pid.context("waitpid")?),
        };
        if libc::WIFEXITED(status) {
            let code = u8::try_from(libc::WEXITSTATUS(status))?;
            return Ok(Some((pid, ExitStatus::Code(code))));
        }
        if libc::WIFSIGNALED(status) {
            let signal = u8::try_from(libc::WTERMSIG(status))?;
            return Ok(Some((pid, ExitStatus::Signal(signal))));
        }
    }
}
