//! channel - what a process and its child have to say to each other
//!
//! A socket that exec closes. To read a zero: go on. To read the end: it has
//! become its command, or is dead. To read anything else: it could not, and
//! here are the exit status and the reason.
//!
//! See: socketpair(2), FD_CLOEXEC in fcntl(2)

use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use crate::error::{Error, Named, Result, refused};

/// One end.
pub struct Channel(UnixStream);

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Channel {
    /// Both ends: one for us, one for the child. Each must drop the other's.
    pub fn pair() -> Result<(Self, Self)> {
        let (ours, theirs) = UnixStream::pair().named("socketpair", "")?;
        Ok((Self(ours), Self(theirs)))
    }

    /// Go on. Where there is nobody, nobody need go on.
    pub fn tell(&mut self) {
        let _ = self.0.write_all(&[0]);
    }

    /// It cannot be done.
    pub fn fail(&mut self, error: &Error) {
        let status = [error.status.unwrap_or(125)];
        let reason = error.to_string();
        let _ = self.0.write_all(&[&status, reason.as_bytes()].concat());
    }

    /// Waits to be told to go on.
    pub fn wait_for_word(&mut self) -> Result<()> {
        match self.wait()? {
            true => Ok(()),
            false => Err(refused("the process we waited for was killed")),
        }
    }

    /// Waits for either. Says whether to go on; if not, this is the end.
    pub fn wait(&mut self) -> Result<bool> {
        let mut status = [0];
        let read = match self.0.read(&mut status) {
            // It was killed before it had read our last word.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
            read => read.named("read", "channel")?,
        };
        if read == 0 || status == [0] {
            return Ok(read > 0);
        }
        let mut reason = Vec::new();
        let rest = self.0.read_to_end(&mut reason);
        rest.named("read", "channel")?;
        let reason = String::from_utf8_lossy(&reason);
        Err(refused(reason).with_status(status[0]))
    }
}
