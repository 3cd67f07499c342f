//! Notices changes in the files that something was made of, so that it is made
//! again only then.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Identity of a file: differs between any two files, and after any change.
/// Includes the inode and its time of change: a copy with the original's
/// modification time (cp -p, dpkg) has another inode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Identity {
    /// Returns the identity of the file that is at this path now.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let meta = fs::metadata(path)?;
        Ok(Self {
            device: meta.dev(),
            inode: meta.ino(),
            length: meta.len(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
        })
    }
}

/// Paths that were looked at, with the file that was there, if any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources(BTreeMap<PathBuf, Option<Identity>>);

impl Sources {
    /// Records what is at a path. Call this before reading the file, so that a
    /// change in between is noticed.
    pub fn note(&mut self, path: &Path) {
        let identity = || Identity::of(path).ok();
        self.0.entry(path.to_owned()).or_insert_with(identity);
    }

    /// Records and reads a file.
    pub fn read(&mut self, path: &Path) -> Result<Vec<u8>> {
        self.note(path);
        fs::read(path).with_context(|| format!("{}", path.display()))
    }

    /// Returns the paths of files that were there, below a folder: the folder
    /// is left out of them.
    pub fn below<'a>(
        &'a self,
        folder: &'a Path,
    ) -> impl Iterator<Item = &'a Path> {
        let there = self.0.iter().filter(|(_, identity)| identity.is_some());
        let files = there.map(|(path, _)| path).filter(|path| path.is_file());
        files.filter_map(move |path| path.strip_prefix(folder).ok())
    }

    /// Whether all paths still lead to the same files.
    pub fn are_unchanged(&self) -> bool {
        self.0
            .iter()
            .all(|(path, then)| Identity::of(path).ok() == *then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_one_byte_is_seen_and_a_new_file_and_one_that_has_gone() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
        fs::write(&one, "1").unwrap();
        let changes: [&dyn Fn(); 4] = [
            &|| fs::write(&one, "2").unwrap(),
            &|| fs::write(&two, "").unwrap(),
            &|| fs::remove_file(&two).unwrap(),
            // A package manager keeps the original's modification time like
            // this.
            &|| {
                let time = fs::metadata(&one).unwrap().modified().unwrap();
                fs::write(&two, "3").unwrap();
                fs::rename(&two, &one).unwrap();
                let file = fs::File::options().write(true).open(&one);
                file.unwrap().set_modified(time).unwrap();
            },
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let mut sources = Sources::default();
            assert_eq!(sources.read(&one).unwrap().len(), 1);
            sources.note(&two);
            assert!(sources.are_unchanged());
            change();
            assert!(!sources.are_unchanged(), "change {number}");
        }
    }
}
