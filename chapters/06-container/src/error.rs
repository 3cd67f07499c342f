//! error - what went wrong, in docker's words or in the kernel's

use std::{fmt::Display, io};

use nix::errno::Errno::{self, EACCES, ENODEV, ENOSYS, EOPNOTSUPP, EPERM};

/// The result of every step.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a step was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// We refuse, in docker's words.
    #[error("{message}")]
    Refused {
        /// The words.
        message: String,
        /// The exit status, where it is not the verb's usual one.
        status: Option<u8>,
        /// Docker points to `--help`.
        help: bool,
    },
    /// The kernel refuses.
    #[error("{call}({object}): {}", errno.desc())]
    Call {
        /// The system call,
        call: &'static str,
        /// what it was asked for,
        object: String,
        /// and its answer.
        errno: Errno,
    },
}

/// Refuses in docker's words.
pub fn refused(message: impl Into<String>) -> Error {
    let (message, status) = (message.into(), None);
    Error::Refused {
        message,
        status,
        help: false,
    }
}

impl Error {
    /// Ends with this status, not with the verb's usual one.
    pub fn with_status(self, status: u8) -> Self {
        let (message, status) = (self.to_string(), Some(status));
        let help = false;
        Self::Refused {
            message,
            status,
            help,
        }
    }

    /// Points to `--help`.
    pub fn with_help(self) -> Self {
        let (message, status) = (self.to_string(), self.status());
        let help = true;
        Self::Refused {
            message,
            status,
            help,
        }
    }

    /// Says what this was a part of.
    pub fn within(self, what: &str) -> Self {
        let status = self.status();
        let message = format!("{what}: {self}");
        Self::Refused {
            message,
            status,
            help: false,
        }
    }

    /// The exit status, where it is not the verb's usual one.
    pub fn status(&self) -> Option<u8> {
        match self {
            Self::Refused { status, .. } => *status,
            Self::Call { .. } => None,
        }
    }

    /// Says it, as docker says it for this verb. Returns the exit status.
    pub fn say(&self, verb: &str) -> u8 {
        match (verb, self.status()) {
            ("run", _) => eprintln!("container: {self}."),
            ("exec" | "inspect", Some(_)) => eprintln!("{self}"),
            _ => eprintln!("Error: {self}"),
        }
        match self {
            Self::Refused { help: false, .. } => {}
            Self::Refused { .. } => eprintln!("See 'container {verb} --help'."),
            Self::Call { call, errno, .. } => {
                if let Some(advice) = advice(call, *errno) {
                    eprintln!("container: {advice}");
                }
            }
        }
        self.status().unwrap_or(if verb == "run" { 125 } else { 1 })
    }
}

/// What to do about it, for the errors that are likely.
fn advice(call: &str, errno: Errno) -> Option<&'static str> {
    match (call, errno) {
        (_, EPERM | EACCES) => Some("this needs root: try it with sudo"),
        ("mount", ENODEV) => Some("the kernel lacks it: try modprobe"),
        ("rtnetlink", EOPNOTSUPP) => Some("try modprobe -a bridge veth"),
        ("clone3", ENOSYS) => Some("this needs Linux 5.7"),
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
        self.map_err(|error| Error::Call {
            call,
            object: object.to_string(),
            errno: Errno::try_from(error.into()).unwrap_or(Errno::EIO),
        })
    }
}
