//! Finds whatever is untrue in the book: drift, dead links, words in the wrong
//! language, blocks that no run has verified.
//!
//! # Layout
//!
//! * here: all faults
//! * [`fault`]: one fault
//! * `catalogues`: words without a translation, or with that of an older text
//! * `sources`: pages, blocks and links in the files of the repository
//! * `html`: what mdBook has made

mod catalogues;
pub mod fault;
mod html;
mod sources;

use std::path::Path;

use anyhow::Result;

use crate::make::Book;
pub use fault::Fault;

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
