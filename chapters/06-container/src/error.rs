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
    let message = message.into();
    Error::Refused {
        message,
        status: None,
        help: false,
    }
}

impl Error {
    /// Ends with this status, not with the verb's usual one.
    pub fn with_status(self, status: u8) -> Self {
        Self::Refused {
            message: self.to_string(),
            status: Some(status),
            help: false,
        }
    }

    /// Points to `--help`.
    pub fn with_help(self) -> Self {
        Self::Refused {
            message: self.to_string(),
            status: None,
            help: true,
        }
    }

    /// The exit status, where it is not the verb's usual one.
    pub fn status(&self) -> Option<u8> {
        match self {
            Self::Refused { status, .. } => *status,
            Self::Call { .. } => None,
        }
    }

    /// What to do about it, for the errors that are likely.
    pub fn advice(&self, verb: &str) -> Option<String> {
        let advice = match self {
            Self::Refused { help: false, .. } => return None,
            Self::Refused { .. } => {
                return Some(format!("See 'container {verb} --help'."));
            }
            Self::Call { call, errno, .. } => match (*call, *errno) {
                (_, EPERM | EACCES) => "this needs root: try it with sudo",
                ("mount", ENODEV) => "the kernel lacks it: try modprobe",
                ("rtnetlink", EOPNOTSUPP) => {
                    "the kernel lacks it: try modprobe bridge veth"
                }
                ("clone3", ENOSYS) => "this needs Linux 5.7",
                _ => return None,
            },
        };
        Some(format!("container: {advice}"))
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
