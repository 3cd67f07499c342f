//! A lesson of tests/lessons, copied to a folder of its own, with one change.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::excerpt::excerpt;
use crate::faults::subject::lesson;

/// File of a lesson's text.
pub const README: &str = "README.md";

/// A changed copy of a lesson.
pub struct Changed {
    folder: TempDir,
    /// Line of the change in its file.
    pub line: usize,
}

impl Changed {
    /// Copies a lesson, and replaces one text in one of its files.
    pub fn new(name: &str, file: &str, from: &str, to: &str) -> Self {
        let folder = TempDir::new().unwrap();
        copy(lesson(name).parent().unwrap(), folder.path());
        let path = folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        let at = text
            .find(from)
            .unwrap_or_else(|| panic!("{from} in {}", excerpt(&text)));
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let line = 1 + text[..at].matches('\n').count();
        Self { folder, line }
    }

    /// Copies a lesson as it is.
    pub fn nowhere(name: &str) -> Self {
        Self::new(name, README, "#", "#")
    }

    /// The lesson's text.
    pub fn readme(&self) -> PathBuf {
        self.path(README)
    }

    /// A file of the lesson.
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }
}

/// Copies a folder and the folders in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
