//! Makes the book: writes the pages of each language into a folder, and has
//! mdBook turn them into HTML.
//!
//! # Layout
//!
//! * here: all of the book
//! * `stage`: the folder of a language, with which mdBook begins
//! * `render`: mdBook, and its settings
//! * `search`: the data of the search
//! * `shared`: files that all languages have
//! * `target`: the folder of everything that is built
//! * `open`: shows the book in a browser

mod open;
mod render;
mod search;
mod shared;
mod stage;
mod target;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use language::Language;

use crate::edition::Edition;
use crate::pages;

pub use open::open;
pub use target::folder as target;

/// A book that has been made.
pub struct Book {
    /// Folder of the book: English at its top, other languages below.
    pub folder: PathBuf,
}

impl Book {
    /// Returns the size of all files together, in bytes.
    ///
    /// # Errors
    ///
    /// The folder cannot be read.
    pub fn size(&self) -> Result<u64> {
        size(&self.folder)
    }

    /// Returns the first page.
    pub fn first_page(&self) -> PathBuf {
        self.folder.join("index.html")
    }
}

/// Makes the book in all languages, in the folder of everything that is built.
///
/// Pages of a live book have the places of the machine that stands beside it.
pub fn make(workspace: &Path, target: &Path, is_live: bool) -> Result<Book> {
    let name = if is_live { "live-book" } else { "book" };
    let folder = target.join(name);
    for language in Language::ALL {
        let mut edition = Edition::begin(workspace, language)?;
        edition.is_live = is_live;
        let parts = pages::all(&edition)?;
        let tag = language.tag();
        let staged = target.join(format!("{name}-source")).join(tag);
        stage::write(&edition, &parts, &staged)?;
        let to = match language {
            Language::English => folder.clone(),
            Language::Chinese => folder.join(tag),
        };
        render::render(&staged, &to, language)?;
        let pages = parts.iter().flat_map(|part| &part.pages);
        let names: Vec<_> = pages.map(|page| page.name.as_str()).collect();
        search::write(&to, &names)?;
    }
    shared::once(&folder, Language::Chinese.tag())?;
    Ok(Book { folder })
}

fn size(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let file = entry.metadata()?;
        sum += if file.is_dir() {
            size(&entry.path())?
        } else {
            file.len()
        };
    }
    Ok(sum)
}
