//! stdio - the three descriptors with which a command begins
//!
//! See: stdin(3), pts(4)

use std::fs;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::fcntl::OFlag;

use crate::error::{Named, Result};
use crate::kernel::{furniture, resolve};

/// Pipes, or a terminal of the container's.
pub struct Stdio {
    /// Descriptor 0. Without one, there is nothing to read.
    pub stdin: Option<OwnedFd>,
    /// Descriptor 1.
    pub stdout: OwnedFd,
    /// Descriptor 2.
    pub stderr: OwnedFd,
}

impl Stdio {
    /// The descriptors that are open.
    pub fn all(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        let [stdout, stderr] = [&self.stdout, &self.stderr].map(OwnedFd::as_fd);
        let stdin = self.stdin.as_ref().map(OwnedFd::as_fd);
        stdin.into_iter().chain([stdout, stderr])
    }

    /// Opens a terminal for all three. A session that has no terminal has this
    /// one from now on.
    pub fn terminal(path: &str) -> Result<Self> {
        let terminal = resolve::open(Path::new(path), OFlag::O_RDWR);
        let terminal = terminal.named("open", path)?;
        let copy = || terminal.try_clone().named("dup", path);
        Ok(Self {
            stdin: Some(copy()?),
            stderr: copy()?,
            stdout: terminal,
        })
    }

    /// Opens the first terminal of a container, which is its console, too.
    pub fn console() -> Result<Self> {
        let path = "/dev/console";
        fs::write(path, "").named("open", path)?;
        furniture::bind("/dev/pts/0", path)?;
        Self::terminal("/dev/pts/0")
    }
}
