//! A stage, as the program that makes stages holds it: its supervisor, its
//! stream, and its standard error.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, PipeReader, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

use anyhow::{Context, Result};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{dup2_stderr, dup2_stdin, dup2_stdout};
use protocol::stages::MOST_BYTES;

use super::birth::Child;
use super::cgroup::Cgroup;
use super::outcome::status_of;

/// Most bytes that wait for PID 1.
const MOST_WAITING: usize = 64 << 20;

/// Bytes of standard error that are kept: the last ones.
const KEPT: usize = 4096;

/// Number of descriptors that poll(2) gets from each stage.
pub const POLLED: usize = 3;

/// The ends of a stage's stream and of its standard error that belong to the
/// stage.
pub struct Ends {
    stream: UnixStream,
    errors: OwnedFd,
}

impl Ends {
    /// Makes them this process's standard streams.
    pub fn become_standard(self) -> Result<()> {
        dup2_stdin(&self.stream).context("dup2(stdin)")?;
        dup2_stdout(&self.stream).context("dup2(stdout)")?;
        dup2_stderr(&self.errors).context("dup2(stderr)")
    }
}

/// This side's ends. When they are closed, the supervisor ends the stage.
pub struct NearEnds {
    /// Closed after the end of what the stage writes.
    stream: Option<UnixStream>,
    errors: Option<PipeReader>,
}

/// Makes both sides.
pub fn both_ends() -> Result<(NearEnds, Ends)> {
    let (stream, of_stage) = UnixStream::pair().context("socketpair")?;
    let (errors, errors_of_stage) = io::pipe().context("pipe")?;
    stream.set_nonblocking(true).context("fcntl")?;
    fcntl(&errors, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).context("fcntl")?;
    let ends = Ends {
        stream: of_stage,
        errors: errors_of_stage.into(),
    };
    let streams = NearEnds {
        stream: Some(stream),
        errors: Some(errors),
    };
    Ok((streams, ends))
}

/// A stage.
pub struct Held {
    supervisor: Child,
    cgroup: Cgroup,
    streams: NearEnds,
    /// Bytes for PID 1 that its socket had no room for.
    waiting: VecDeque<u8>,
    said: VecDeque<u8>,
}

/// What is there to do for a stage.
#[derive(Clone, Copy, Default)]
pub struct Happened {
    /// The stage has written, or has room for bytes.
    pub stream: bool,
    /// Standard error has something.
    pub errors: bool,
    /// The supervisor has ended.
    pub ended: bool,
}

impl Held {
    /// Takes a stage that has just been born.
    pub fn new(supervisor: Child, cgroup: Cgroup, streams: NearEnds) -> Self {
        Self {
            supervisor,
            cgroup,
            streams,
            waiting: VecDeque::new(),
            said: VecDeque::new(),
        }
    }

    /// Returns what poll(2) waits for. In the place of a stream at its end, which
    /// would be ready for ever, stands the supervisor.
    pub fn poll_fds(&self) -> [PollFd<'_>; POLLED] {
        let supervisor = self.supervisor.handle.as_fd();
        let NearEnds { stream, errors } = &self.streams;
        let ended = PollFd::new(supervisor, PollFlags::POLLIN);
        let mut flags = PollFlags::POLLIN;
        flags.set(PollFlags::POLLOUT, !self.waiting.is_empty());
        let stream = stream
            .as_ref()
            .map_or(ended.clone(), |stream| PollFd::new(stream.as_fd(), flags));
        let errors = errors.as_ref().map_or(ended.clone(), |errors| {
            PollFd::new(errors.as_fd(), PollFlags::POLLIN)
        });
        [stream, errors, ended]
    }

    /// Gives bytes to PID 1, now or when there is room for them. Ends a stage
    /// whose PID 1 reads nothing.
    pub fn give(&mut self, bytes: &[u8]) {
        self.waiting.extend(bytes);
        self.write();
        if self.waiting.len() > MOST_WAITING {
            self.close();
        }
    }

    /// Writes bytes that have waited.
    pub fn write(&mut self) {
        while let Some(stream) = &mut self.streams.stream {
            let (first, _) = self.waiting.as_slices();
            if first.is_empty() {
                return;
            }
            match stream.write(first) {
                Ok(count) => drop(self.waiting.drain(..count)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // Its end is noticed by the supervisor's.
                Err(_) => self.waiting.clear(),
            }
        }
    }

    /// Reads bytes that PID 1 has written: none at the end.
    pub fn read(&mut self) -> Vec<u8> {
        let mut bytes = vec![0; MOST_BYTES];
        let count = read(&mut self.streams.stream, &mut bytes);
        bytes.truncate(count);
        bytes
    }

    /// Reads standard error.
    pub fn hear(&mut self) {
        let mut bytes = [0; KEPT];
        let count = read(&mut self.streams.errors, &mut bytes);
        self.said.extend(&bytes[..count]);
        let surplus = self.said.len().saturating_sub(KEPT);
        self.said.drain(..surplus);
    }

    /// Makes the supervisor end the stage.
    pub fn close(&mut self) {
        self.streams.stream = None;
        self.waiting.clear();
    }

    /// Waits until nothing is left of the stage. Returns its status and the end
    /// of what it wrote to standard error.
    pub fn wait(self) -> (u8, String) {
        let said: Vec<u8> = self.said.into();
        let mut said = String::from_utf8_lossy(&said).into_owned();
        let status = match waitpid(self.supervisor.pid, None) {
            Ok(WaitStatus::Exited(_, code)) => u8::try_from(code).unwrap_or(1),
            // The kernel has ended PID 1, too. The supervisor cleans up in all
            // other cases.
            Ok(status) => {
                said += &format!("guest: the stage's supervisor: {status:?}\n");
                if let Err(error) = self.cgroup.remove() {
                    said += &format!("guest: the stage's cgroup: {error}\n");
                }
                status_of(status)
            }
            Err(errno) => {
                said += &format!("guest: waitpid: {errno}\n");
                1
            }
        };
        (status, said)
    }
}

/// Reads what is there, and closes the file at its end.
fn read(file: &mut Option<impl Read>, bytes: &mut [u8]) -> usize {
    match file.as_mut().map(|file| file.read(bytes)) {
        Some(Ok(count @ 1..)) => count,
        Some(Err(error))
            if matches!(
                error.kind(),
                ErrorKind::WouldBlock | ErrorKind::Interrupted
            ) =>
        {
            0
        }
        _ => {
            *file = None;
            0
        }
    }
}
