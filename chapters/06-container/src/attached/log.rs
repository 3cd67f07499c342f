//! log - the file that keeps all a container has written
//!
//! The file is a row of frames, as docker sends them to its client: a byte
//! that says which stream, three zeros, the length, big-endian, the bytes.
//! `container logs` reads them, see docker/logs.rs.
//!
//! See: `docker logs`

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::files::stranger;

/// The name of the log, in a container's folder.
pub const FILE: &str = "log";

/// A log, open for the container's owner; made with the first byte.
pub struct Log {
    path: PathBuf,
    file: Option<File>,
}

impl Log {
    /// The log in this folder.
    pub fn new(folder: &Path) -> Self {
        Self {
            path: folder.join(FILE),
            file: None,
        }
    }

    /// Adds a frame, whole, with one write. A full disk must not stop the
    /// container, so an error is ignored.
    pub fn append(&mut self, stream: u8, bytes: &[u8]) {
        self.file = self.file.take().or_else(|| open(&self.path));
        if let Some(file) = &mut self.file {
            let mut frame = vec![stream, 0, 0, 0];
            frame.extend((bytes.len() as u32).to_be_bytes());
            frame.extend(bytes);
            let _ = file.write_all(&frame);
        }
    }
}

/// Opens or makes the file: no link leads elsewhere, no FIFO keeps us waiting.
fn open(path: &Path) -> Option<File> {
    if path.parent()?.is_symlink() {
        return None;
    }
    let mut options = OpenOptions::new();
    let options = options.create(true).append(true);
    stranger::open(options, path).ok().flatten()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    use super::*;

    #[test]
    fn a_log_is_written_through_no_link_and_waits_for_no_reader() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["elsewhere", "link", "fifo"] {
            fs::create_dir(path(name)).unwrap();
        }
        symlink("../elsewhere/log", path("link/log")).unwrap();
        symlink("elsewhere", path("folder")).unwrap();
        mkfifo(&path("fifo/log"), Mode::S_IRWXU).unwrap();
        for name in ["link", "folder", "fifo"] {
            Log::new(&path(name)).append(1, b"word");
        }
        assert_eq!(fs::read_dir(path("elsewhere")).unwrap().count(), 0);
        Log::new(&path("elsewhere")).append(1, b"word");
        let written = fs::read(path("elsewhere/log")).unwrap();
        assert_eq!(written, b"\x01\0\0\0\0\0\0\x04word");
    }
}
