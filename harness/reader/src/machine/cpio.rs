//! Archives in the format of an initramfs: "newc", as described in the kernel's
//! Documentation/driver-api/early-userspace/buffer-format.rst.
//!
//! The owner is 0, the time is 0 and the names are sorted: same inputs, same
//! bytes.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use super::sources::Sources;

/// An archive: its files by path, without a leading `/`.
#[derive(Debug, Default)]
pub struct Archive {
    /// Files of this computer that were read for the archive.
    pub sources: Sources,
    entries: BTreeMap<String, Entry>,
    shared: u32,
}

#[derive(Debug)]
struct Entry {
    mode: u32,
    contents: Vec<u8>,
    /// Number of the file, if it has several names.
    shared: Option<HardLinks>,
}

/// A file with several names: the first has the contents.
#[derive(Clone, Copy, Debug)]
struct HardLinks {
    file: u32,
    names: u32,
}

const FOLDER: u32 = 0o040_755;
const SYMLINK: u32 = 0o120_777;
const FILE: u32 = 0o100_000;

impl Archive {
    /// Adds a file with these permission bits.
    pub fn file(&mut self, path: &str, mode: u32, contents: Vec<u8>) {
        self.add(path, Entry::new(FILE | mode, contents));
    }

    /// Adds a file with several names, as link(2) makes them.
    pub fn file_with_names(
        &mut self,
        paths: &[String],
        mode: u32,
        contents: Vec<u8>,
    ) {
        let mut paths: Vec<&String> = paths.iter().collect();
        paths.sort();
        self.shared += 1;
        let shared = Some(HardLinks {
            file: self.shared,
            names: paths.len() as u32,
        });
        let rest = std::iter::repeat(Vec::new());
        for (path, contents) in
            paths.into_iter().zip([contents].into_iter().chain(rest))
        {
            let entry = Entry {
                shared,
                ..Entry::new(FILE | mode, contents)
            };
            self.add(path, entry);
        }
    }

    /// Adds a file of this computer.
    pub fn copy(&mut self, path: &str, mode: u32, from: &Path) -> Result<()> {
        let contents = self.sources.read(from)?;
        self.file(path, mode, contents);
        Ok(())
    }

    /// Adds a symbolic link.
    pub fn symlink(&mut self, path: &str, target: &str) {
        let contents = target.as_bytes().to_vec();
        self.add(path, Entry::new(SYMLINK, contents));
    }

    /// Adds an empty folder.
    pub fn folder(&mut self, path: &str) {
        self.add(path, Entry::new(FOLDER, Vec::new()));
    }

    /// Whether the archive has an entry at this path.
    pub fn contains(&self, path: &str) -> bool {
        self.entries.contains_key(path.trim_start_matches('/'))
    }

    /// Returns the files: path, permission bits, contents.
    pub fn files(&self) -> impl Iterator<Item = (&str, u32, &[u8])> {
        self.entries.iter().filter_map(|(path, entry)| {
            let is_file = entry.mode & !0o7777 == FILE;
            let mode = entry.mode & 0o7777;
            is_file.then_some((path.as_str(), mode, &entry.contents[..]))
        })
    }

    /// Returns the symbolic links: path, target.
    pub fn symlinks(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().filter_map(|(path, entry)| {
            let target = str::from_utf8(&entry.contents).ok()?;
            (entry.mode == SYMLINK).then_some((path.as_str(), target))
        })
    }

    /// Adds an entry, and the folders above it.
    fn add(&mut self, path: &str, entry: Entry) {
        let path = path.trim_start_matches('/');
        for (slash, _) in path.match_indices('/') {
            let folder = Entry::new(FOLDER, Vec::new());
            self.entries
                .entry(path[..slash].to_owned())
                .or_insert(folder);
        }
        self.entries.insert(path.to_owned(), entry);
    }

    /// Returns the archive's bytes. A folder sorts before its entries.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let own = 1 + self.shared;
        for (inode, (path, entry)) in (own..).zip(&self.entries) {
            append(&mut bytes, inode, path, entry);
        }
        append(&mut bytes, 0, "TRAILER!!!", &Entry::new(0, Vec::new()));
        bytes
    }
}

impl Entry {
    fn new(mode: u32, contents: Vec<u8>) -> Self {
        Self {
            mode,
            contents,
            shared: None,
        }
    }
}

/// Appends an entry. Names of one file have one inode, below all others.
fn append(bytes: &mut Vec<u8>, inode: u32, path: &str, entry: &Entry) {
    let shared = entry.shared;
    let fields = [
        shared.map_or(inode, |it| it.file),
        entry.mode,
        0, // uid
        0, // gid
        shared.map_or(1, |it| it.names),
        0, // mtime
        entry.contents.len() as u32,
        0, // devmajor
        0, // devminor
        0, // rdevmajor
        0, // rdevminor
        path.len() as u32 + 1,
        0, // check
    ];
    bytes.extend_from_slice(b"070701");
    for field in fields {
        bytes.extend_from_slice(format!("{field:08x}").as_bytes());
    }
    bytes.extend_from_slice(path.as_bytes());
    bytes.push(0);
    pad(bytes);
    bytes.extend_from_slice(&entry.contents);
    pad(bytes);
}

/// Pads to a multiple of four, where headers and contents have to begin.
fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(reverse: bool) -> Vec<u8> {
        let mut archive = Archive::default();
        let mut add: [fn(&mut Archive); 4] = [
            |a| a.file("/init", 0o755, b"#!".to_vec()),
            |a| a.file("usr/bin/bash", 0o755, vec![7; 5]),
            |a| a.symlink("/bin/sh", "busybox"),
            |a| a.folder("/proc"),
        ];
        if reverse {
            add.reverse();
        }
        for step in add {
            step(&mut archive);
        }
        archive.to_bytes()
    }

    #[test]
    fn the_same_files_are_the_same_bytes_in_whatever_order_they_came() {
        assert_eq!(sample(false), sample(true));
    }

    #[test]
    fn a_file_with_two_names_is_there_once() {
        let mut archive = Archive::default();
        let names = ["/usr/b".to_owned(), "/a".to_owned()];
        archive.file_with_names(&names, 0o755, b"twice?".to_vec());
        archive.file("/c", 0o644, Vec::new());
        let bytes = archive.to_bytes();
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches("twice?").count(), 1);
        // Magic, inode, mode, uid, gid, nlink: each number has 8 digits.
        let field = |name: &str, nth: usize| {
            let header = text.find(&format!("{name}\0")).unwrap() - 110;
            let from = header + 6 + 8 * nth;
            u32::from_str_radix(&text[from..from + 8], 16).unwrap()
        };
        assert_eq!(field("a", 0), field("usr/b", 0));
        assert_ne!(field("a", 0), field("c", 0));
        assert_eq!(
            [field("a", 4), field("usr/b", 4), field("c", 4)],
            [2, 2, 1]
        );
        assert_eq!([field("a", 6), field("usr/b", 6)], [6, 0]);
    }

    #[test]
    fn folders_are_made_for_every_file_and_stand_before_it() {
        let bytes = sample(false);
        let text = String::from_utf8_lossy(&bytes);
        let position = |name: &str| text.find(&format!("{name}\0")).unwrap();
        assert!(position("usr") < position("usr/bin"));
        assert!(position("usr/bin") < position("usr/bin/bash"));
        assert!(bytes.len().is_multiple_of(4));
    }
}
