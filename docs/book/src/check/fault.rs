//! One fault of the book.

use std::fmt;

/// Something that has to be mended.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, from the top of the repository or of the book.
    pub file: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Fault {
    /// Returns a fault of a file.
    pub(super) fn new(
        file: impl fmt::Display,
        what: impl Into<String>,
    ) -> Self {
        let file = file.to_string();
        let what = what.into();
        Self { file, what }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}
