//! Saves a booted machine, and clones it for every run.
//!
//! The cache has one folder for each kind of machine:
//!
//! ```text
//! machines/KEY/memory   the memory, sparse; clones map it copy-on-write
//! machines/KEY/state    everything else that QEMU knows of the machine
//! machines/KEY/about    hashes of both files
//! ```
//!
//! The key is a hash of QEMU, its arguments, the kernel and the initramfs. A
//! folder is made under a temporary name and renamed when it is whole. Its
//! bytes are checked before each use.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use nix::sys::statvfs::statvfs;
use serde::{Deserialize, Serialize};
use tr::tr;

use super::command_line::{Config, MEMORY_BYTES};
use super::control::Machine;
use super::failure::Failure;
use super::fingerprint::{digest, key};

/// Fewest kinds of machine that are kept. The least recently used goes first.
const KEPT: usize = 4;

/// Variable with the number of additional machines to keep for now. A matrix of
/// systems needs one machine for each system, and removes the extra ones at its
/// end.
pub const MORE_KEPT: &str = "MACHINES_KEPT_FOR_NOW";

/// A disk with less free space than this counts as full, in bytes.
const LITTLE: u64 = 1 << 20;

/// Beginning of a folder's name while a machine is saved there.
const HALF_MADE: &str = "new-";

/// Saved machines of a cache folder.
pub struct Saved {
    folder: PathBuf,
    /// Number of kinds that are kept: one for each fetched kernel, and one more.
    kept: usize,
    /// Number of kinds that are kept for now: the value of [`MORE_KEPT`].
    more: usize,
}

/// Reason why there is no clone.
#[derive(Debug, thiserror::Error)]
pub enum NoClone {
    /// The original could not be booted.
    #[error(transparent)]
    Machine(#[from] Failure),
    /// The original could not be saved, or the saved machine could not be used.
    #[error("{0:#}")]
    Cache(anyhow::Error),
}

impl From<anyhow::Error> for NoClone {
    fn from(error: anyhow::Error) -> Self {
        Self::Cache(error)
    }
}

/// Description of a saved machine.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    /// Name of the machine's folder, so that a renamed folder is noticed.
    key: String,
    kernel: String,
    memory: u64,
    state: u64,
}

impl About {
    /// Reads the description in a folder.
    fn of(folder: &Path) -> Result<Self> {
        let text = fs::read_to_string(folder.join("about"))?;
        let about: Self = serde_json::from_str(&text)?;
        ensure!(folder.ends_with(&about.key), "another machine");
        Ok(about)
    }

    /// Checks the folder's files against the hashes, byte for byte.
    fn check(&self, folder: &Path) -> Result<()> {
        ensure!(digest(&folder.join("state"))? == self.state, "state");
        ensure!(digest(&folder.join("memory"))? == self.memory, "memory");
        Ok(())
    }
}

impl Saved {
    /// Returns the saved machines of a cache folder.
    pub fn new(cache: &Path) -> Self {
        Self {
            folder: cache.join("machines"),
            kept: KEPT.max(fetched(cache) + 1),
            more: more_kept(),
        }
    }

    /// Returns a clone. Boots and saves the original first if there is no whole
    /// one. Keeps the value of `before_boot` until the original has booted.
    pub fn clone_of<T>(
        &self,
        config: &Config,
        before_boot: impl FnOnce() -> T,
    ) -> Result<Machine, NoClone> {
        let folder = self.folder_of(config)?;
        let lock = self.lock_for_reading()?;
        if let Some(machine) = start(config, &folder)? {
            return Ok(machine);
        }
        lock.unlock().context("unlock the saved machines")?;
        lock.lock().context("lock the saved machines")?;
        // Another process may have made the machine while this one waited.
        if let Some(machine) = start(config, &folder)? {
            return Ok(machine);
        }
        let kept = before_boot();
        self.make(config, &folder)?;
        drop(kept);
        let machine = start(config, &folder)?;
        Ok(machine.context("a machine was damaged as it was saved")?)
    }

    /// Returns a clone if its original is saved.
    pub fn clone_if_saved(
        &self,
        config: &Config,
    ) -> Result<Option<Machine>, NoClone> {
        let folder = self.folder_of(config)?;
        let _lock = self.lock_for_reading()?;
        start(config, &folder)
    }

    /// The folder of a kind of machine, which may not be there.
    pub fn folder_of(&self, config: &Config) -> Result<PathBuf> {
        Ok(self.folder.join(key(config)?))
    }

    /// Locks the folder for reading. A reader holds the lock until QEMU has
    /// opened the files, so that nobody removes them before.
    fn lock_for_reading(&self) -> Result<File> {
        fs::create_dir_all(&self.folder)
            .with_context(|| self.folder.display().to_string())?;
        let lock = self.lock()?;
        lock.lock_shared().context("lock the saved machines")?;
        self.remove_half_made();
        Ok(lock)
    }

    fn lock(&self) -> Result<File> {
        let path = self.folder.join("lock");
        File::create(&path).with_context(|| path.display().to_string())
    }

    /// Boots the original and saves it. The caller holds the lock exclusively.
    fn make(&self, config: &Config, folder: &Path) -> Result<(), NoClone> {
        self.remove_all_but(self.kept + self.more - 1);
        self.needs_room(MEMORY_BYTES)?;
        let new = tempfile::Builder::new()
            .prefix(HALF_MADE)
            .tempdir_in(&self.folder)
            .context("a folder for a saved machine")?;
        let memory = new.path().join("memory");
        let state = new.path().join("state");
        let file = File::create(&state).context("the machine's state")?;
        let kernel = boot_and_save(config, &memory, &file)
            // A full disk ends QEMU when it touches the memory.
            .or_else(|error| {
                self.needs_room(LITTLE)?;
                Err(error)
            })?;
        let about = About {
            key: key(config)?,
            kernel,
            memory: digest(&memory).context("the machine's memory")?,
            state: digest(&state).context("the machine's state")?,
        };
        let text = serde_json::to_string(&about).context("about")?;
        fs::write(new.path().join("about"), text).context("about")?;
        // A machine that is already there was not whole.
        let _ = fs::remove_dir_all(folder);
        fs::rename(new.path(), folder).context("the saved machine")?;
        // The folder has been renamed: nothing is left to remove.
        let _ = new.keep();
        Ok(())
    }

    /// Removes folders that killed processes have left. The lock is held, so
    /// nobody is saving a machine now.
    fn remove_half_made(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(HALF_MADE.as_bytes()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Fails if less than this number of bytes is free.
    fn needs_room(&self, bytes: u64) -> Result<()> {
        let folder = self.folder.display();
        let disk = statvfs(&self.folder)
            .with_context(|| format!("statvfs({folder})"))?;
        let room = disk.blocks_available() * disk.fragment_size();
        ensure!(
            room >= bytes,
            "{}",
            tr!(
                "{free} MB are free in {folder}, a saved machine may take \
                 {needed}",
                free = room >> 20,
                folder,
                needed = MEMORY_BYTES >> 20
            )
        );
        Ok(())
    }

    /// Removes the least recently used machines. A failed removal is tried
    /// again another time.
    fn remove_all_but(&self, kept: usize) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        let mut machines: Vec<(SystemTime, PathBuf)> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_dir())
            .map(|path| (last_use(&path), path))
            .collect();
        machines.sort();
        machines.reverse();
        for (_, path) in machines.into_iter().skip(kept) {
            let _ = fs::remove_dir_all(path);
        }
    }

    /// Returns the names of the saved machines.
    pub fn names(&self) -> BTreeSet<OsString> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten();
        let folders = entries.flatten().filter(|it| it.path().is_dir());
        folders.map(|entry| entry.file_name()).collect()
    }

    /// Removes machines beyond the usual number. Machines in `before` are
    /// removed last, even if unused since then: a person plays with them.
    pub fn keep_as_many_as_ever(&self, before: &BTreeSet<OsString>) {
        let lock = self.lock().and_then(|lock| {
            lock.lock().context("lock the saved machines")?;
            Ok(lock)
        });
        // The next process that saves a machine removes them.
        let Ok(_lock) = lock else { return };
        let mut names: Vec<_> = self.names().into_iter().collect();
        names.sort_by_key(|name| {
            let path = self.folder.join(name);
            (before.contains(name), last_use(&path))
        });
        let many = names.len().saturating_sub(self.kept);
        for name in &names[..many] {
            let _ = fs::remove_dir_all(self.folder.join(name));
        }
    }

    /// Removes all saved machines.
    pub fn clean(&self) -> Result<()> {
        let lock = match self.lock() {
            Ok(lock) => lock,
            Err(_) if !self.folder.exists() => return Ok(()),
            Err(error) => return Err(error),
        };
        lock.lock().context("lock the saved machines")?;
        self.remove_all_but(0);
        Ok(())
    }
}

/// Returns a clone of the machine saved in a folder, or `None` if that machine
/// is not whole.
///
/// QEMU starts while the files are checked. The machine runs no instruction
/// before the check has ended, and QEMU is ended if one byte differs.
fn start(config: &Config, folder: &Path) -> Result<Option<Machine>, NoClone> {
    let Ok(about) = About::of(folder) else {
        return Ok(None);
    };
    let machine = Machine::start_clone(config, &folder.join("memory"));
    if about.check(folder).is_err() {
        return Ok(None);
    }
    let state = File::open(folder.join("state")).context("state")?;
    // The modification time of this file is the time of the last use.
    let _ = File::open(folder.join("about"))
        .and_then(|file| file.set_modified(SystemTime::now()));
    Ok(Some(machine?.go_on(&state, &about.kernel)?))
}

/// Returns the number of kernels in a cache folder.
fn fetched(cache: &Path) -> usize {
    fs::read_dir(cache.join("kernels")).map_or(0, Iterator::count)
}

/// Returns the value of the variable [`MORE_KEPT`].
fn more_kept() -> usize {
    let set = env::var(MORE_KEPT).ok();
    set.and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn last_use(folder: &Path) -> SystemTime {
    fs::metadata(folder.join("about"))
        .and_then(|meta| meta.modified())
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Boots the original with its memory in a file and saves the rest. Returns the
/// kernel's release.
fn boot_and_save(
    config: &Config,
    memory: &Path,
    state: &File,
) -> Result<String, NoClone> {
    let machine = Machine::boot_to_save(config, memory)?;
    Ok(machine.save(state)?)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Makes machines with these names, from the least to the most recently
    /// used.
    fn with_machines(
        kept: usize,
        names: &[&str],
    ) -> (tempfile::TempDir, Saved) {
        let cache = tempfile::tempdir().unwrap();
        let saved = Saved {
            kept,
            ..Saved::new(cache.path())
        };
        for (seconds, name) in (1..).zip(names) {
            let folder = saved.folder.join(name);
            fs::create_dir_all(&folder).unwrap();
            let about = File::create(folder.join("about")).unwrap();
            let then = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            about.set_modified(then).unwrap();
        }
        (cache, saved)
    }

    fn set(names: &[&str]) -> BTreeSet<OsString> {
        names.iter().map(OsString::from).collect()
    }

    #[test]
    fn one_more_drives_out_the_one_not_used_for_longest() {
        let (_cache, saved) = with_machines(4, &["d", "c", "b", "a"]);
        saved.remove_all_but(saved.kept - 1);
        assert_eq!(saved.names(), set(&["a", "b", "c"]));
    }

    #[test]
    fn those_of_a_matrix_stay_until_its_end_and_what_was_before_stays_then() {
        let names = ["mine", "m1", "m2", "m3", "m4", "m5"];
        let (_cache, mut saved) = with_machines(KEPT, &names);
        saved.more = 6;
        saved.remove_all_but(saved.kept + saved.more - 1);
        assert_eq!(saved.names().len(), names.len());
        saved.keep_as_many_as_ever(&set(&["mine"]));
        assert_eq!(saved.names(), set(&["m3", "m4", "m5", "mine"]));
    }
}
