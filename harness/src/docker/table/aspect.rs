//! The aspects of a command's result.

use std::fmt;

/// An aspect of a command's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::docker) enum Aspect {
    Stdout,
    Stderr,
    Exit,
    Facts,
}

impl Aspect {
    /// Returns the aspect with this name in the table.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "stdout" => Self::Stdout,
            "stderr" => Self::Stderr,
            "exit" => Self::Exit,
            "facts" => Self::Facts,
            _ => return None,
        })
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::Exit => "exit status",
            Self::Facts => "facts",
        })
    }
}
