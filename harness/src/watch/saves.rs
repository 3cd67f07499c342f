//! The learner's file has changed: the file system says so, or is asked again
//! and again where it does not.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::statfs::{FsType, statfs};
use notify_debouncer_mini::notify::{
    self, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher,
};
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
    _watcher: Box<dyn Send>,
}

impl Saves {
    /// From now on calls `changed` after the file, or one beside it, changes.
    pub fn of(
        file: &Path,
        poll: bool,
        changed: impl Fn() + Clone + Send + 'static,
    ) -> Result<Self> {
        // Editors replace the file: it is the folder that stays.
        let folder = file.parent().context("the file is in a folder")?;
        let mut polls = match (poll, reports(folder)) {
            (true, _) => Some("as you asked".to_owned()),
            (false, true) => None,
            (false, false) => {
                Some("this file system does not report changes".to_owned())
            }
        };
        if polls.is_none() {
            match start::<RecommendedWatcher>(folder, changed.clone()) {
                Ok(watcher) => {
                    return Ok(Self {
                        polls,
                        _watcher: Box::new(watcher),
                    });
                }
                Err(error) => polls = Some(format!("{error}")),
            }
        }
        let watcher = start::<PollWatcher>(folder, changed)
            .with_context(|| format!("watch {}", folder.display()))?;
        Ok(Self {
            polls,
            _watcher: Box::new(watcher),
        })
    }
}

fn start<W: Watcher + Send>(
    folder: &Path,
    changed: impl Fn() + Send + 'static,
) -> notify::Result<Debouncer<W>> {
    let backend = notify::Config::default()
        .with_poll_interval(POLL)
        .with_compare_contents(true);
    let config = Config::default()
        .with_timeout(SETTLED)
        .with_batch_mode(false)
        .with_notify_config(backend);
    let mut debouncer = new_debouncer_opt::<_, W>(config, move |_| changed())?;
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
    fn where_nothing_is_reported_it_is_found_all_the_same() {
        is_heard(true);
    }
}
