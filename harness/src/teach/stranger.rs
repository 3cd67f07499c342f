//! A file written by somebody else: of any kind, and of any size.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::input::{self, NoFile};

/// Reads a text file of at most `most` bytes. Follows no link and never blocks.
pub fn read(path: &Path, most: u64) -> Result<String> {
    let bytes = match input::bytes_without_link(path, most) {
        Err(NoFile::Away | NoFile::Io(_)) => {
            bail!("it cannot be opened, or is a link")
        }
        read => read?,
    };
    String::from_utf8(bytes).ok().context("it is no text")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_a_small_text_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let failure = |path: &Path| format!("{:#}", read(path, 9).unwrap_err());
        assert!(failure(&path).contains("cannot be opened"));
        symlink("/etc/passwd", &path).unwrap();
        assert!(failure(&path).contains("link"));
        fs::remove_file(&path).unwrap();
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(failure(&path), "it is no file but a FIFO");
        fs::remove_file(&path).unwrap();
        fs::write(&path, "0123456789").unwrap();
        assert_eq!(failure(&path), "it has more than 9 bytes");
        fs::write(&path, [0xff]).unwrap();
        assert_eq!(failure(&path), "it is no text");
        fs::write(&path, "012345678").unwrap();
        assert_eq!(read(&path, 9).unwrap(), "012345678");
    }
}
