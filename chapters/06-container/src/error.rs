//! error - why a step was refused, in docker's words or in the kernel's

use std::{fmt::Display, io};

use nix::errno::Errno::{
    self, EACCES, EINVAL, ENODEV, ENOENT, ENOSPC, ENOSYS, EOPNOTSUPP, EPERM,
};

/// The result of every step.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason for which a step was not done.
#[derive(Debug, Default, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    message: String,
    /// The exit status, if it is not the verb's usual one.
    pub status: Option<u8>,
    /// Docker says this error without what it was a part of.
    alone: bool,
    /// Docker says this error with nothing before or behind it.
    pub bare: bool,
    /// The system call that was refused, and its answer.
    pub call: Option<(&'static str, Errno)>,
}

/// Refuses in docker's words.
pub fn refused(message: impl Into<String>) -> Error {
    let message = message.into();
    Error {
        message,
        ..Error::default()
    }
}

impl Error {
    /// Ends with this status, if there is one; if not, with the verb's usual one.
    pub fn with_status(mut self, status: impl Into<Option<u8>>) -> Self {
        self.status = status.into();
        self
    }

    /// Does not say what it was a part of.
    pub fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Has nothing before or behind it.
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Says what this was a part of.
    pub fn within(mut self, what: &str) -> Self {
        if !self.alone {
            self.message = format!("{what}: {self}");
        }
        self
    }

    /// Adds an error that came up while cleaning up after this one.
    pub fn and(mut self, more: &Self) -> Self {
        self.message = format!("{self}; and not all is taken back: {more}");
        self
    }

    /// The remedy, for the refusals of the kernel that are likely.
    pub fn advice(&self) -> Option<&'static str> {
        match self.call? {
            (_, EPERM | EACCES) => Some("this needs root: try it with sudo"),
            ("mount", ENODEV) => Some("the kernel lacks it: try modprobe"),
            ("rtnetlink", EOPNOTSUPP) => Some("try modprobe -a bridge veth"),
            ("clone3", ENOSYS) => Some("this needs Linux 5.7"),
            ("clone3", ENOSPC) => {
                Some("at a limit: /proc/sys/user, or 32 levels")
            }
            ("clone3", EINVAL) => {
                Some("add --fork to a --pid before; or the kernel lacks one")
            }
            _ => None,
        }
    }
}

/// The exit status for an errno: a shell's, as docker chooses it.
pub fn status_of(errno: Errno) -> Option<u8> {
    match errno {
        ENOENT => Some(127),
        EACCES => Some(126),
        _ => None,
    }
}

/// Gives an errno the name of its call and of the call's object.
pub trait Named<T> {
    /// `call(object): errno`
    fn named(self, call: &'static str, object: impl Display) -> Result<T>;
}

impl<T, E: Into<io::Error>> Named<T> for std::result::Result<T, E> {
    fn named(self, call: &'static str, object: impl Display) -> Result<T> {
        self.map_err(|error| {
            let errno = Errno::try_from(error.into()).unwrap_or(Errno::EIO);
            let why = refused(format!("{call}({object}): {}", errno.desc()));
            let call = Some((call, errno));
            Error { call, ..why }
        })
    }
}
