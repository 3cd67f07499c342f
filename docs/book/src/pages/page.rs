//! One page of the book.

use std::path::PathBuf;

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Name of its file, without `.html`.
    pub name: String,
    /// The page's heading, as Markdown.
    pub title: String,
    /// All of the page, as Markdown.
    pub text: String,
    /// Number of the chapter whose page it is.
    pub chapter: Option<u32>,
    /// Whether it stands below the page before it.
    pub is_below: bool,
    /// File that holds the words, from the top of the repository.
    pub source: PathBuf,
}
