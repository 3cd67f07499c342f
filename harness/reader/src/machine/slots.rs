//! Limits how many machines run at once, across processes, to the number of
//! cores.
//!
//! Each running machine holds the lock of one file, which the kernel releases
//! however the process ends. The limit is a courtesy: after a while a waiting
//! machine runs all the same. Machines that idle need not wait at all:
//! `MACHINES_AT_ONCE=0`.

use std::cell::Cell;
use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use tr::tr;

/// Longest wait: longer than any lesson takes to verify.
const PATIENCE: Duration = Duration::from_secs(300);

thread_local! {
    /// Number of slots this thread has. A thread with one slot gets more
    /// without waiting: threads that each keep one and wait for another would
    /// wait for ever.
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

/// A slot: a machine may run until it is dropped.
#[derive(Debug)]
pub struct Slot {
    _lock: Option<File>,
}

impl Slot {
    /// Waits for a free slot. Without a cache folder there is nothing to wait
    /// for.
    pub fn wait(cache: &Path) -> Self {
        let first = TAKEN.get() == 0;
        let lock = match at_once().unwrap_or(1) {
            0 => None,
            count => first.then(|| lock_one_of(cache, count)).flatten(),
        };
        Self::with(lock)
    }

    /// Returns a slot if one is free.
    pub fn if_free(cache: &Path) -> Option<Self> {
        if TAKEN.get() > 0 {
            return Some(Self::with(None));
        }
        match free_lock(&places(cache, at_once().unwrap_or(1))) {
            Free::Got(lock) => Some(Self::with(Some(lock))),
            Free::NoneNow => None,
            Free::NoLocks => Some(Self::with(None)),
        }
    }

    fn with(lock: Option<File>) -> Self {
        TAKEN.set(TAKEN.get() + 1);
        Self { _lock: lock }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        TAKEN.set(TAKEN.get().saturating_sub(1));
    }
}

/// Returns how many machines may run at once: `MACHINES_AT_ONCE`, or else the
/// number of cores. 0 means no limit.
pub fn at_once() -> Result<usize> {
    let set = env::var_os("MACHINES_AT_ONCE").filter(|it| !it.is_empty());
    let Some(set) = set else {
        return Ok(thread::available_parallelism().map_or(1, Into::into));
    };
    let number = set.to_str().and_then(|number| number.parse().ok());
    number.with_context(|| {
        let set = set.to_string_lossy();
        let advice = tr!("say a number; 0 is without end");
        format!("MACHINES_AT_ONCE={set}: {advice}")
    })
}

/// Returns the files to lock, or none if there is no folder for them.
fn places(cache: &Path, count: usize) -> Vec<PathBuf> {
    let folder = cache.join("running");
    match fs::create_dir_all(&folder) {
        Ok(()) => (0..count).map(|n| folder.join(n.to_string())).collect(),
        Err(_) => Vec::new(),
    }
}

/// Result of looking for a free lock.
enum Free {
    Got(File),
    NoneNow,
    /// No file can be locked here.
    NoLocks,
}

fn free_lock(places: &[PathBuf]) -> Free {
    let mut found = Free::NoLocks;
    for file in places.iter().flat_map(File::create) {
        match file.try_lock() {
            Ok(()) => return Free::Got(file),
            Err(TryLockError::WouldBlock) => found = Free::NoneNow,
            Err(TryLockError::Error(_)) => return Free::NoLocks,
        }
    }
    found
}

fn lock_one_of(cache: &Path, count: usize) -> Option<File> {
    let places = places(cache, count);
    match free_lock(&places) {
        Free::Got(lock) => return Some(lock),
        Free::NoneNow => {}
        Free::NoLocks => return None,
    }
    // It is unknown which machine ends first, so one thread waits for each
    // lock.
    let (sender, locked) = mpsc::channel();
    for file in places.iter().flat_map(File::create) {
        let sender = sender.clone();
        thread::spawn(move || {
            if file.lock().is_ok() {
                // If the lock comes too late, dropping the file releases it.
                let _ = sender.send(file);
            }
        });
    }
    // If no lock can be had, nobody waits.
    drop(sender);
    locked.recv_timeout(PATIENCE).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_a_turn_that_another_has() {
        let cache = tempfile::tempdir().unwrap();
        let first = lock_one_of(cache.path(), 2).unwrap();
        let second = lock_one_of(cache.path(), 2).unwrap();
        let (sender, got) = mpsc::channel();
        let folder = cache.path().to_owned();
        let waiting = thread::spawn(move || {
            sender.send(lock_one_of(&folder, 2).is_some()).unwrap();
        });
        let soon = Duration::from_millis(200);
        assert!(got.recv_timeout(soon).is_err(), "it did not wait");
        drop((first, second));
        assert!(got.recv().unwrap());
        waiting.join().unwrap();
    }

    #[test]
    fn whichever_ends_first_makes_room() {
        let cache = tempfile::tempdir().unwrap();
        let lock = || lock_one_of(cache.path(), 2).unwrap();
        for ends_first in [true, false] {
            let first = lock();
            let second = lock();
            let (ends, stays) = if ends_first {
                (first, second)
            } else {
                (second, first)
            };
            let folder = cache.path().to_owned();
            let waiting = thread::spawn(move || lock_one_of(&folder, 2));
            drop(ends);
            assert!(waiting.join().unwrap().is_some());
            drop(stays);
        }
    }

    #[test]
    fn one_that_is_not_free_is_not_waited_for() {
        let cache = tempfile::tempdir().unwrap();
        let places = places(cache.path(), 1);
        let Free::Got(first) = free_lock(&places) else {
            panic!("nobody has it");
        };
        assert!(matches!(free_lock(&places), Free::NoneNow));
        drop(first);
        assert!(matches!(free_lock(&places), Free::Got(_)));
    }

    #[test]
    fn who_has_a_turn_need_not_wait_for_another() {
        let cache = tempfile::tempdir().unwrap();
        let slots: Vec<Slot> =
            (0..100).map(|_| Slot::wait(cache.path())).collect();
        let locks = slots.iter().filter(|slot| slot._lock.is_some());
        assert_eq!(locks.count(), 1);
    }
}
