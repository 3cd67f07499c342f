//! Finds whatever is untrue in the book: drift, dead links, words in the wrong
//! language, blocks that no run has verified.
//!
//! # Layout
//!
//! * here: all faults
//! * `catalogues`: words without a translation, or with that of an older text
//! * `sources`: pages, blocks and links in the files of the repository
//! * `html`: what mdBook has made

mod catalogues;
mod html;
mod sources;

use std::fmt;
use std::path::Path;

use anyhow::Result;

use crate::make::Book;

/// Something that has to be mended.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, from the top of the repository or of the book.
    pub file: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Fault {
    fn new(file: impl fmt::Display, what: impl Into<String>) -> Self {
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

/// Returns the faults of the translations alone.
pub fn translations(workspace: &Path) -> Result<Vec<Fault>> {
    catalogues::faults(workspace)
}

/// Returns all faults of a book and its sources.
pub fn all(workspace: &Path, book: &Book) -> Result<Vec<Fault>> {
    let mut faults = catalogues::faults(workspace)?;
    faults.extend(sources::faults(workspace)?);
    faults.extend(html::faults(book)?);
    Ok(faults)
}
