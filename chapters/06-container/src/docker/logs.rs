//! logs - `container logs`
//!
//! See: `docker logs`, inotify(7)

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::AsFd;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

use crate::attached::log;
use crate::error::{Named, Result};
use crate::files::place::state_folder;
use crate::files::store::Store;
use crate::files::stranger;
use crate::output;

/// Prints the log; with `-f` until the container has ended, or nobody reads
/// what we print: `container logs -f web | grep -m1 ready` waits for a word.
pub fn print(reference: &str, follow: bool) -> Result<u8> {
    let container = Store::open()?.find(reference)?.clone();
    let id = &container.id;
    let path = container.bundle.join(log::FILE);
    let inotify = Inotify::init(InitFlags::IN_CLOEXEC);
    let inotify = inotify.named("inotify_init", "IN_CLOEXEC")?;
    let written = AddWatchFlags::IN_MODIFY | AddWatchFlags::IN_CREATE;
    let changed = AddWatchFlags::IN_MOVED_TO | AddWatchFlags::IN_DELETE_SELF;
    // Watch, then look: nothing can happen in between.
    let _ = inotify.add_watch(&container.bundle, written);
    let _ = inotify.add_watch(&state_folder(id), changed);
    let mut file = None;
    let mut frames = Frames::default();
    loop {
        let running = follow && is_running(id)?;
        if file.is_none() {
            file = stranger::open(OpenOptions::new().read(true), &path)?;
        }
        let more = file.as_mut().map_or(Ok(true), |it| frames.print_all(it));
        let more = more.named("read", path.display())?;
        if !more || !running || !wait_for_change(&inotify)? {
            return Ok(0);
        }
    }
}

/// Waits for a change of the log or the state. Returns false if our own reader
/// goes.
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

/// A place in the row of frames.
#[derive(Default)]
struct Frames {
    header: Vec<u8>,
    stream: u8,
    /// Bytes of this frame that are still to come.
    left: usize,
}

impl Frames {
    /// Prints the frames that are there by now. Returns whether anybody takes
    /// them.
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
                self.header.extend(now);
                bytes = after;
                let header = self.header.first_chunk::<8>();
                if let Some([stream, _, _, _, length @ ..]) = header {
                    self.left = u32::from_be_bytes(*length) as usize;
                    self.stream = *stream;
                    self.header.clear();
                }
                continue;
            }
            let (now, after) = bytes.split_at(bytes.len().min(self.left));
            bytes = after;
            self.left -= now.len();
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
