//! Changes of the learner's file: reported by the file system, or found by
//! regular checks where it reports none.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::statfs::{FsType, statfs};
use notify_debouncer_mini::notify::{self, RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{Config, Debouncer, new_debouncer_opt};
use tr::tr;

/// Time within which several events count as one save: an editor may write a
/// file in several steps.
const SETTLED: Duration = Duration::from_millis(50);

/// Interval of the checks where the file system reports no changes.
const POLL: Duration = Duration::from_millis(500);

/// File systems whose files another kernel may change without a report to this
/// one: 9p, NFS, SMB, CIFS, FUSE (sshfs, virtiofs), vboxsf, Ceph, AFS.
const REMOTE: [u32; 9] = [
    0x0102_1997,
    0x6969,
    0x517b,
    0xff53_4d42,
    0xfe53_4d42,
    0x6573_5546,
    0x786f_4256,
    0x00c3_6400,
    0x5346_414f,
];

/// A watch on a file, until it is dropped.
pub struct Saves {
    /// Reason for regular checks, if the file system does not report changes.
    pub polls: Option<String>,
    changed: Arc<dyn Fn() + Send + Sync>,
    _asking: Option<Asking>,
    _watcher: Option<Debouncer<RecommendedWatcher>>,
}

impl Saves {
    /// Calls `changed` whenever the file, or one beside it, has changed or may
    /// have.
    pub fn of(
        file: &Path,
        poll: bool,
        changed: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self> {
        // Editors replace the file: only its folder stays the same.
        let folder = file.parent().context("the file is in a folder")?;
        let mut saves = Self {
            polls: match (poll, reports(folder)) {
                (true, _) => Some(tr!("as you asked")),
                (false, true) => None,
                (false, false) => {
                    Some(tr!("this file system does not report changes"))
                }
            },
            changed: Arc::new(changed),
            _asking: None,
            _watcher: None,
        };
        if saves.polls.is_none() {
            match start(folder, Arc::clone(&saves.changed)) {
                Ok(watcher) => saves._watcher = Some(watcher),
                Err(error) => saves.polls = Some(format!("{error}")),
            }
        }
        if saves.polls.is_some() {
            saves.ask();
        }
        saves.heed(file);
        Ok(saves)
    }

    /// Begins regular checks if the file is a link: the file that it leads to
    /// changes in another folder.
    pub fn heed(&mut self, file: &Path) {
        if self.polls.is_none() && file.is_symlink() {
            self.polls = Some(tr!("it is a link"));
            self.ask();
        }
    }

    fn ask(&mut self) {
        self._asking = Some(Asking::start(Arc::clone(&self.changed)));
    }
}

/// A thread that calls `changed` at regular times. The receiver finds out
/// whether the content is new.
struct Asking {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Asking {
    fn start(changed: Arc<dyn Fn() + Send + Sync>) -> Self {
        let (end, ended) = mpsc::channel();
        let thread = thread::spawn(move || {
            while ended.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
                changed();
            }
        });
        Self {
            end: Some(end),
            thread: Some(thread),
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // The thread ends within one interval.
            let _ = thread.join();
        }
    }
}

fn start(
    folder: &Path,
    changed: Arc<dyn Fn() + Send + Sync>,
) -> notify::Result<Debouncer<RecommendedWatcher>> {
    let config = Config::default()
        .with_timeout(SETTLED)
        .with_batch_mode(false);
    let mut debouncer = new_debouncer_opt(config, move |_| changed())?;
    debouncer
        .watcher()
        .watch(folder, RecursiveMode::NonRecursive)?;
    Ok(debouncer)
}

fn reports(folder: &Path) -> bool {
    let Ok(about) = statfs(folder) else {
        return true;
    };
    !REMOTE.into_iter().any(|it| is(about.filesystem_type(), it))
}

/// Compares the file system's type, whatever width it has here: the kernel's
/// number has 32 bits.
fn is(FsType(found): FsType, number: u32) -> bool {
    found as u32 == number
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc;

    use super::*;

    fn is_heard(poll: bool) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("main.rs");
        fs::write(&file, "old").unwrap();
        let (sender, changes) = mpsc::channel();
        let tell = move || sender.send(()).unwrap();
        let saves = Saves::of(&file, poll, tell).unwrap();
        assert_eq!(saves.polls.is_some(), poll);
        // Saves as many editors do: a new file replaces the old one.
        let new = folder.path().join("new");
        fs::write(&new, "new").unwrap();
        fs::rename(new, &file).unwrap();
        changes.recv_timeout(Duration::from_secs(60)).unwrap();
    }

    #[test]
    fn a_file_that_takes_its_place_is_heard_of() {
        is_heard(false);
    }

    #[test]
    fn where_nothing_is_reported_it_is_asked_again_and_again() {
        is_heard(true);
    }
}
