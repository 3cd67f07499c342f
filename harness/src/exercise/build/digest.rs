//! A hash of a package's sources.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::input;

/// Size limit of a file beside a program.
const MOST_BYTES: u64 = 64 << 20;

/// Returns a hash of the package's sources and of their paths.
pub(super) fn digest_of(package: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut folders = vec![package.join("src")];
    let mut seen = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        let shown = || folder.display().to_string();
        // A link may lead back to a folder above it.
        let own = fs::metadata(&folder).with_context(shown)?;
        if !seen.insert((own.dev(), own.ino())) {
            continue;
        }
        let entries: Result<Vec<_>, _> =
            fs::read_dir(&folder).with_context(shown)?.collect();
        let mut paths: Vec<PathBuf> =
            entries?.into_iter().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            hash.update(path.as_os_str().as_encoded_bytes());
            if path.is_dir() {
                folders.push(path);
            } else if path.exists() {
                // A FIFO is refused: the compiler would wait for it.
                let text = input::bytes(&path, MOST_BYTES)
                    .with_context(|| path.display().to_string())?;
                hash.update(text);
            }
        }
    }
    let digest = hash.finalize();
    Ok(digest
        .iter()
        .take(8)
        .map(|it| format!("{it:02x}"))
        .collect())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_that_lead_in_circles_and_fifos_have_an_end() {
        let package = tempfile::tempdir().unwrap();
        let src = package.path().join("src");
        fs::create_dir(&src).unwrap();
        fs::write(src.join("main.rs"), "fn main() {}").unwrap();
        for name in ["a", "b", "c"] {
            symlink(&src, src.join(name)).unwrap();
        }
        symlink("nowhere", src.join("d.rs")).unwrap();
        digest_of(package.path()).unwrap();
        let mode = nix::sys::stat::Mode::S_IRWXU;
        nix::unistd::mkfifo(&src.join("e.rs"), mode).unwrap();
        let error = digest_of(package.path()).unwrap_err();
        assert!(
            format!("{error:#}").contains("e.rs: it is no file but a FIFO")
        );
        assert_eq!(crate::outcome::code(&error), crate::exit_code::DIFFERS);
    }
}
