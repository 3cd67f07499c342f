//! error - what went wrong, in docker's words or in the kernel's

use std::{fmt::Display, io};

use nix::errno::Errno::{
    self, EACCES, EINVAL, ENODEV, ENOSPC, ENOSYS, EOPNOTSUPP, EPERM,
};

use crate::docker::usage;
use crate::output;

/// The result of every step.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a step was not done.
#[derive(Debug, Default, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    message: String,
    /// The exit status, where it is not the verb's usual one.
    pub status: Option<u8>,
    /// Docker says it without what it was a part of.
    alone: bool,
    /// Docker says it with nothing before or behind it.
    bare: bool,
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
    /// Ends with this status, not with the verb's usual one.
    pub fn with_status(mut self, status: u8) -> Self {
        self.status = Some(status);
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

    /// Says what went wrong besides, while cleaning up.
    pub fn and(mut self, more: &Self) -> Self {
        self.message = format!("{self}; and not all is taken back: {more}");
        self
    }

    /// Says it, as docker says it for this verb. Returns the exit status.
    pub fn say(&self, verb: &str) -> u8 {
        let begin = match (verb, self.status) {
            _ if self.bare => "",
            ("run", _) => "container: ",
            ("exec" | "inspect", Some(_)) => "",
            _ => "Error: ",
        };
        output::say(format!("{begin}{self}"));
        if let Some(advice) = self.call.and_then(advice) {
            output::say(format!("container: {advice}"));
        }
        // 1: it has run, and what it said could not be written.
        if verb == "run" && self.status != Some(1) {
            output::say(usage::help(verb));
        }
        self.status.unwrap_or(if verb == "run" { 125 } else { 1 })
    }
}

/// What to do about it, for the errors that are likely.
fn advice(call: (&str, Errno)) -> Option<&'static str> {
    match call {
        (_, EPERM | EACCES) => Some("this needs root: try it with sudo"),
        ("mount", ENODEV) => Some("the kernel lacks it: try modprobe"),
        ("rtnetlink", EOPNOTSUPP) => Some("try modprobe -a bridge veth"),
        ("clone3", ENOSYS) => Some("this needs Linux 5.7"),
        ("clone3", ENOSPC) => Some("at a limit: /proc/sys/user, or 32 levels"),
        ("clone3", EINVAL) => {
            Some("add --fork to a --pid before; or the kernel lacks one")
        }
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
