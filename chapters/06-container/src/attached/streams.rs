//! streams - a command's input and output, and the loop that hands them on
//!
//! See: pipe(2), signalfd(2), poll(2)

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::fd::AsFd;
use std::thread;

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal::{
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH,
};
use nix::sys::signal::{SigSet, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::unistd::{Pid, pipe2};

use crate::attached::log::Log;
use crate::attached::terminal::{self, Raw};
use crate::error::{Named, Result};
use crate::files::asked::Asked;
use crate::kernel::process::{self, Child};
use crate::kernel::stdio::Stdio;
use crate::output;

/// Our ends of a command's input and output.
#[derive(Default)]
pub struct Outside {
    /// The end we write to, for the command to read.
    pub stdin: Option<File>,
    /// The ends the command writes to: 1 is stdout, 2 is stderr.
    pub outputs: Vec<(u8, File)>,
    /// Our end of its terminal, if it has one.
    pub terminal: Option<File>,
}

/// Makes pipes for a container that is about to start, unless it has a terminal:
/// that is opened once the container is there.
pub fn prepare(asked: &Asked) -> Result<(Option<Stdio>, Outside)> {
    if asked.tty {
        return Ok((None, Outside::default()));
    }
    let (stdio, outside) = pipes(asked.interactive)?;
    Ok((Some(stdio), outside))
}

/// Makes pipes. Without `-i` there is nothing to read.
pub fn pipes(interactive: bool) -> Result<(Stdio, Outside)> {
    let pipe = || pipe2(OFlag::O_CLOEXEC).named("pipe", "O_CLOEXEC");
    let (from_stdout, stdout) = pipe()?;
    let (from_stderr, stderr) = pipe()?;
    let stdin = if interactive { Some(pipe()?) } else { None };
    let (stdin, to_stdin) = stdin.unzip();
    let outside = Outside {
        stdin: to_stdin.map(File::from),
        outputs: vec![(1, from_stdout.into()), (2, from_stderr.into())],
        terminal: None,
    };
    let stdio = Stdio {
        stdin,
        stdout,
        stderr,
    };
    Ok((stdio, outside))
}

impl Outside {
    /// Makes our end of a terminal the place of all that is written and read.
    pub fn terminal(ours: File) -> Result<Self> {
        let copy = || ours.try_clone().named("dup", "the terminal");
        Ok(Self {
            stdin: Some(copy()?),
            outputs: vec![(1, copy()?)],
            terminal: Some(ours),
        })
    }
}

/// Blocks the signals that are for the command, to be read one by one.
pub fn signals() -> Result<SignalFd> {
    let set: SigSet =
        [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH]
            .into_iter()
            .collect();
    set.thread_block().named("sigprocmask", "SIG_BLOCK")?;
    SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC).named("signalfd", "SIG*")
}

/// Hands our input to the command, in a thread: a command that is slow to read
/// must not keep its own output waiting. A terminal gets all keys, as long as
/// the caller holds the value returned.
pub fn forward_stdin(outside: &mut Outside) -> Result<Option<Raw>> {
    let raw = outside
        .terminal
        .as_ref()
        .map(|_| Raw::enter())
        .transpose()?;
    if let Some(mut to) = outside.stdin.take() {
        let stdin = io::stdin().as_fd().try_clone_to_owned();
        let mut stdin = File::from(stdin.named("dup", "stdin")?);
        let terminal = raw.is_some();
        let copy = move || {
            let _ = io::copy(&mut stdin, &mut to);
            // In raw mode no key is the end: the terminal has gone.
            if terminal {
                let _ = kill(Pid::this(), SIGHUP);
            }
        };
        thread::Builder::new().spawn(copy).named("clone", "stdin")?;
    }
    Ok(raw)
}

/// Hands on output and signals until the command has ended and all it has
/// written is handed on. Returns its exit status.
pub fn attend(
    child: &Child,
    mut outside: Outside,
    signals: &SignalFd,
    mut log: Option<Log>,
    attached: bool,
) -> Result<u8> {
    let mut ended = false;
    let mut told = None;
    while !ended || !outside.outputs.is_empty() {
        let readable = |fd| PollFd::new(fd, PollFlags::POLLIN);
        let mut ready = vec![readable(signals.as_fd())];
        let outputs = outside.outputs.iter();
        ready.extend(outputs.map(|(_, file)| readable(file.as_fd())));
        if !ended {
            ready.push(readable(child.handle.as_fd()));
        }
        // After the end, only what is left: somebody else may hold the pipe.
        let limit = if ended {
            PollTimeout::ZERO
        } else {
            PollTimeout::NONE
        };
        if poll(&mut ready, limit).named("poll", "the command")? == 0 {
            break;
        }
        let ready: Vec<_> = ready.iter().map(PollFd::any).collect();
        let mut ready = ready.into_iter().map(|it| it == Some(true));
        if ready.next() == Some(true) {
            let terminal = outside.terminal.as_ref();
            told = told.or(forward_signal(signals, child, terminal, attached)?);
        }
        outside.outputs.retain_mut(|(stream, file)| {
            ready.next() != Some(true)
                || hand_on(*stream, file, &mut log, attached)
        });
        ended |= ready.next() == Some(true);
    }
    let status = child.wait()?;
    Ok(told.map_or(status, |signal| 128 + signal as u8))
}

/// Hands on the bytes that can be read at once. Returns whether there may be
/// more later.
fn hand_on(
    stream: u8,
    from: &mut File,
    log: &mut Option<Log>,
    attached: bool,
) -> bool {
    let mut buffer = [0; 16 * 1024];
    let bytes = match from.read(&mut buffer) {
        Err(error) if error.kind() == ErrorKind::Interrupted => return true,
        // EIO: nobody has the terminal's other end open.
        Ok(0) | Err(_) => return false,
        Ok(length) => &buffer[..length],
    };
    if let Some(log) = log {
        log.append(stream, bytes);
    }
    // Where nobody reads us, nobody reads the command: it will get EPIPE.
    match (attached, stream) {
        (false, _) => true,
        (true, 1) => output::bytes(bytes),
        (true, _) => output::heard(bytes),
    }
}

/// Sends a signal on to the command. If the command has our terminal, its keys
/// are signals in there, and a signal that ends is meant for us: the command is
/// killed, and the signal returned.
fn forward_signal(
    signals: &SignalFd,
    child: &Child,
    terminal: Option<&File>,
    attached: bool,
) -> Result<Option<i32>> {
    let signal = signals.read_signal().named("read", "signalfd")?;
    match (signal.map(|it| it.ssi_signo as i32), terminal) {
        (Some(libc::SIGWINCH), Some(terminal)) => terminal::copy_size(terminal),
        (Some(signal), Some(_)) if attached && ENDS.contains(&signal) => {
            process::send(&child.handle, libc::SIGKILL)?;
            return Ok(Some(signal));
        }
        (Some(signal), _) => process::send(&child.handle, signal)?,
        (None, _) => {}
    }
    Ok(None)
}

const ENDS: [i32; 4] =
    [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM];
