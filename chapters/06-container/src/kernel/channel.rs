//! channel - the words that parent and child have for each other
//!
//! The channel is a socket that execve(2) closes. A zero means: go on; a yes or
//! a no may follow. The end means: the child has become its command, or is
//! dead. Anything else is the exit status of a failure, with the reason behind
//! it.
//!
//! See: socketpair(2), FD_CLOEXEC in fcntl(2)

use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use crate::error::{Error, Named, Result, refused};

/// An end of a channel.
pub struct Channel(UnixStream);

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl From<OwnedFd> for Channel {
    fn from(end: OwnedFd) -> Self {
        Self(end.into())
    }
}

impl Channel {
    /// Makes both ends, for parent and child. Each must drop the other's end.
    pub fn pair() -> Result<(Self, Self)> {
        let (ours, theirs) = UnixStream::pair().named("socketpair", "")?;
        Ok((Self(ours), Self(theirs)))
    }

    /// Says to go on. If nobody listens, nobody need go on.
    pub fn tell(&mut self) {
        let _ = self.0.write_all(&[0]);
    }

    /// Says to go on, and answers a question.
    pub fn answer(&mut self, yes: bool) {
        let _ = self.0.write_all(&[0, yes.into()]);
    }

    /// Says why it cannot be done.
    pub fn fail(&mut self, error: &Error) {
        let status = [error.status.unwrap_or(125)];
        let reason = error.to_string();
        let _ = self.0.write_all(&[&status, reason.as_bytes()].concat());
    }

    /// Waits for a word to go on; fails at the end.
    pub fn wait_for_word(&mut self) -> Result<()> {
        if !self.wait()? {
            return Err(refused("the process we waited for was killed"));
        }
        Ok(())
    }

    /// Waits for a word to go on, with an answer.
    pub fn wait_for_answer(&mut self) -> Result<bool> {
        self.wait_for_word()?;
        let mut yes = [0];
        self.0.read_exact(&mut yes).named("read", "channel")?;
        Ok(yes == [1])
    }

    /// Waits for a word or the end. Returns true for a word to go on, and fails
    /// with the other's failure.
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
