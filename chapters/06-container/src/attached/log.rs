//! log - what a container has written, and `container logs`
//!
//! The file is a row of frames, as docker sends them to its client: a byte
//! that says which stream, three zeros, the length, big-endian, the bytes.
//!
//! See: `docker logs`, inotify(7)

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

use crate::error::{Named, Result};
use crate::files::store::{self, Store};
use crate::files::stranger;
use crate::output;

/// Where a container's log is, below its folder.
pub const FILE: &str = "log";

/// A log, open for the container's owner; made with the first byte.
pub struct Log {
    path: PathBuf,
    file: Option<File>,
}

impl Log {
    /// The log in this folder.
    pub fn new(folder: &Path) -> Self {
        let (path, file) = (folder.join(FILE), None);
        Self { path, file }
    }

    /// Adds a frame, whole, with one write. A full disk must not stop the
    /// container, so nobody is told.
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

/// The file is made by us: no link leads elsewhere, no FIFO keeps us waiting.
fn open(path: &Path) -> Option<File> {
    if path.parent()?.is_symlink() {
        return None;
    }
    let mut options = OpenOptions::new();
    let options = options.create(true).append(true);
    stranger::open(options, path).ok().flatten()
}

/// Prints the log; with `-f` until the container has ended, or nobody reads
/// what we print: `container logs -f web | grep -m1 ready` waits for a word.
pub fn print(reference: &str, follow: bool) -> Result<u8> {
    let container = Store::open()?.find(reference)?.clone();
    let (id, path) = (&container.id, &container.bundle.join(FILE));
    let inotify = Inotify::init(InitFlags::IN_CLOEXEC);
    let inotify = inotify.named("inotify_init", "IN_CLOEXEC")?;
    let written = AddWatchFlags::IN_MODIFY | AddWatchFlags::IN_CREATE;
    let changed = AddWatchFlags::IN_MOVED_TO | AddWatchFlags::IN_DELETE_SELF;
    // Watch, then look: nothing can happen in between.
    let _ = inotify.add_watch(&container.bundle, written);
    let _ = inotify.add_watch(&store::state_folder(id), changed);
    let (mut file, mut frames) = (None, Frames::default());
    loop {
        let running = follow && is_running(id)?;
        if file.is_none() {
            file = stranger::open(OpenOptions::new().read(true), path)?;
        }
        let more = file.as_mut().map_or(Ok(true), |it| frames.print_all(it));
        let more = more.named("read", path.display())?;
        if !more || !running || !wait_for_change(&inotify)? {
            return Ok(0);
        }
    }
}

/// Waits for a change of the log or the state. Says no, if our reader goes.
fn wait_for_change(inotify: &Inotify) -> Result<bool> {
    let stdout = io::stdout();
    let mut ends = [
        PollFd::new(inotify.as_fd(), PollFlags::POLLIN),
        // Asked for nothing, poll still tells of a pipe without a reader.
        PollFd::new(stdout.as_fd(), PollFlags::empty()),
    ];
    poll(&mut ends, PollTimeout::NONE).named("poll", "inotify")?;
    if ends[1].any() == Some(true) {
        return Ok(false);
    }
    inotify.read_events().named("read", "inotify")?;
    Ok(true)
}

fn is_running(id: &str) -> Result<bool> {
    let store = Store::open()?;
    Ok(store.find_running(id).is_ok())
}

/// Where in the row of frames we are.
#[derive(Default)]
struct Frames {
    header: Vec<u8>,
    stream: u8,
    /// How much of this frame is still to come.
    left: usize,
}

impl Frames {
    /// Prints what there is by now. Says whether anybody takes it.
    fn print_all(&mut self, file: &mut File) -> io::Result<bool> {
        let mut buffer = [0; 64 * 1024];
        loop {
            let length = file.read(&mut buffer)?;
            if length == 0 || !self.print(&buffer[..length]) {
                return Ok(length == 0);
            }
        }
    }

    /// Prints bytes of frames, which may begin and end anywhere.
    fn print(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            if self.left == 0 {
                let missing = bytes.len().min(8 - self.header.len());
                let (now, after) = bytes.split_at(missing);
                (bytes, _) = (after, self.header.extend(now));
                let header = self.header.first_chunk::<8>();
                if let Some([stream, _, _, _, length @ ..]) = header {
                    self.left = u32::from_be_bytes(*length) as usize;
                    self.stream = *stream;
                    self.header.clear();
                }
                continue;
            }
            let (now, after) = bytes.split_at(bytes.len().min(self.left));
            (bytes, self.left) = (after, self.left - now.len());
            let taken = match self.stream {
                1 => output::bytes(now),
                _ => output::heard(now),
            };
            if !taken {
                return false;
            }
        }
        true
    }
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
