//! The book in one language.

use std::path::{Path, PathBuf};

use anyhow::Result;
use language::{Catalogue, Language, words};

/// A language's book, and where its sources are.
pub struct Edition {
    /// Top of the repository.
    pub workspace: PathBuf,
    /// Language of the words.
    pub language: Language,
    /// Whether a machine stands beside the book, in which its commands run.
    pub is_live: bool,
}

impl Edition {
    /// Begins the book of a language: from now on `tr!` speaks it.
    ///
    /// # Errors
    ///
    /// The catalogue of the words is damaged.
    pub fn begin(workspace: &Path, language: Language) -> Result<Self> {
        crate::speak(&words::load_in(workspace, language)?);
        let workspace = workspace.to_owned();
        Ok(Self {
            workspace,
            language,
            is_live: false,
        })
    }

    /// Reads the catalogue of a domain in this language.
    pub fn catalogue(&self, domain: &str) -> Result<Catalogue> {
        Catalogue::read(&self.workspace, self.language, domain)
    }

    /// Returns a file's path from the top of the repository.
    pub fn relative<'a>(&self, file: &'a Path) -> &'a Path {
        file.strip_prefix(&self.workspace).unwrap_or(file)
    }
}
