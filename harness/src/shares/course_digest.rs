//! The version of the course, as a hash of its files: an archive has no git.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Files and folders that decide about results: lessons and exercises, the
/// harness, the machine, and the versions of all crates.
const DECISIVE: [&str; 7] = [
    "chapters",
    "harness/exercises",
    "harness/src",
    "harness/lessons",
    "harness/reader",
    "vm",
    "Cargo.lock",
];

/// Endings of files that tests leave beside snapshots.
const LEFT: [&str; 2] = [".snap.new", ".pending-snap"];

/// Returns the hash: 16 hexadecimal digits. Hidden files do not count.
pub fn of(workspace: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    for name in DECISIVE {
        add(&mut hash, workspace, Path::new(name))?;
    }
    Ok(format!("{:.16x}", hash.finalize()))
}

/// Returns the hash of bytes: 64 hexadecimal digits.
pub(super) fn of_bytes(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Adds a file, or all files below a folder, each with its path and length.
fn add(hash: &mut Sha256, workspace: &Path, name: &Path) -> Result<()> {
    let path = workspace.join(name);
    let shown = || path.display().to_string();
    let kind = path.symlink_metadata().with_context(shown)?.file_type();
    if kind.is_dir() {
        for name in names(&path)? {
            add(hash, workspace, &name_below(workspace, &name)?)?;
        }
        return Ok(());
    }
    let content = if kind.is_symlink() {
        let target = fs::read_link(&path).with_context(shown)?;
        target.as_os_str().as_encoded_bytes().to_vec()
    } else if kind.is_file() {
        fs::read(&path).with_context(shown)?
    } else {
        // A FIFO or a socket is no part of the course.
        return Ok(());
    };
    hash.update(name.as_os_str().as_encoded_bytes());
    hash.update([0]);
    hash.update(content.len().to_le_bytes());
    hash.update(content);
    Ok(())
}

fn name_below(workspace: &Path, path: &Path) -> Result<PathBuf> {
    Ok(path.strip_prefix(workspace)?.to_owned())
}

/// Lists a folder, sorted, without what is hidden, built or left by tests.
fn names(folder: &Path) -> Result<Vec<PathBuf>> {
    let shown = || folder.display().to_string();
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(shown)? {
        let entry = entry.with_context(shown)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let left = LEFT.iter().any(|ending| name.ends_with(ending));
        if !name.starts_with('.') && name != "target" && !left {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course;

    #[test]
    fn each_file_that_decides_changes_the_version_and_no_other_does() {
        let copy = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = copy.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
            of(copy.path())
        };
        for name in DECISIVE.iter().filter(|it| **it != "Cargo.lock") {
            fs::create_dir_all(copy.path().join(name)).unwrap();
        }
        let first = write("Cargo.lock", "a").unwrap();
        for same in [
            "README.md",
            "chapters/1/.README.md.swp",
            "chapters/1/snapshots/a.snap.new",
            "vm/guest/target/debug/guest",
        ] {
            assert_eq!(write(same, "b").unwrap(), first, "{same}");
        }
        let mut seen = vec![first];
        for (name, text) in [
            ("Cargo.lock", "b"),
            ("chapters/1/README.md", ""),
            ("chapters/1/README.md", "b"),
            ("chapters/2/README.md", ""),
            ("harness/src/main.rs", "b"),
            ("vm/setup", "b"),
        ] {
            let version = write(name, text).unwrap();
            assert!(!seen.contains(&version), "{name}");
            seen.push(version);
        }
        assert_eq!(of(&course::workspace()).unwrap().len(), 16);
    }
}
