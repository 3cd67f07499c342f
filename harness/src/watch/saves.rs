//! The learner's file has changed: the file system says so, or is asked again
//! and again where it does not.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::statfs::{FsType, statfs};
use notify_debouncer_mini::notify::{self, RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{Config, Debouncer, new_debouncer_opt};

/// An editor may write a file in several steps; nobody saves faster.
const SETTLED: Duration = Duration::from_millis(50);

/// How often a file system is asked that does not say anything.
const POLL: Duration = Duration::from_millis(500);

/// File systems that show what another kernel has: this one hears of nothing
/// that happens there. 9p, NFS, SMB, CIFS, FUSE (sshfs, virtiofs), vboxsf,
/// Ceph, AFS.
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

/// Looks at a file until it is dropped.
pub struct Saves {
    /// Why it asks again and again, if it does.
    pub polls: Option<String>,
    changed: Arc<dyn Fn() + Send + Sync>,
    _asking: Option<Asking>,
    _watcher: Option<Debouncer<RecommendedWatcher>>,
}

impl Saves {
    /// From now on calls `changed` after the file, or one beside it, changes,
    /// or may have.
    pub fn of(
        file: &Path,
        poll: bool,
        changed: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self> {
        // Editors replace the file: it is the folder that stays.
        let folder = file.parent().context("the file is in a folder")?;
        let mut saves = Self {
            polls: match (poll, reports(folder)) {
                (true, _) => Some("as you asked".to_owned()),
                (false, true) => None,
                (false, false) => {
                    Some("this file system does not report changes".to_owned())
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

    /// What a link leads to changes in a folder of its own.
    pub fn heed(&mut self, file: &Path) {
        if self.polls.is_none() && file.is_symlink() {
            self.polls = Some("it is a link".to_owned());
            self.ask();
        }
    }

    fn ask(&mut self) {
        self._asking = Some(Asking::start(Arc::clone(&self.changed)));
    }
}

/// Asks again and again. Whether anything is new, who hears of it looks: the
/// file is read as whatever stands in its place.
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
            // It only asks.
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

/// The kernel's number has 32 bits, whatever holds it.
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
        // As many editors do: a new file takes the old one's place.
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
