//! Way in which a machine was made, for a person.

use std::fmt;

use tr::tr;

/// Way in which the last machine was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// No machine has been made yet.
    None,
    /// Cloned from a machine that was saved earlier.
    Clone,
    /// Cloned from a machine that was booted and saved for this clone.
    NewClone,
    /// A stage on a Linux that is already up.
    Stage,
    /// Booted, because cloning failed for this reason.
    Boot(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str(&tr!("not there yet")),
            Self::Clone => f.write_str(&tr!("cloned")),
            Self::NewClone => {
                f.write_str(&tr!("booted once, saved and cloned"))
            }
            Self::Stage => f.write_str(&tr!("made")),
            Self::Boot(reason) => {
                f.write_str(&tr!("booted (no clone: {reason})", reason))
            }
        }
    }
}
