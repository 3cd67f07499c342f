//! Machine that was booted once and saved, to be cloned for every run.
//!
//! In the cache, one folder for each kind of machine:
//!
//! ```text
//! machines/KEY/memory   the memory, sparse; clones map it copy-on-write
//! machines/KEY/state    everything else QEMU knows of the machine
//! machines/KEY/about    hashes of both files
//! ```
//!
//! The key is a hash of QEMU, its arguments, the kernel and the initramfs. A
//! folder is made under another name and renamed when it is whole. Its bytes
//! are checked before each use.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use nix::sys::statvfs::statvfs;
use serde::{Deserialize, Serialize};

use super::command_line::{Config, MEMORY_BYTES};
use super::control::Machine;
use super::failure::Failure;
use super::fingerprint::{digest, key};

/// Number of kinds of machine that are kept; the one not used for longest goes.
const KEPT: usize = 4;

/// Variable with the number of kinds that are kept in addition for now: a matrix
/// has a kind for each of its systems, and removes them in the end.
pub const MORE_KEPT: &str = "MACHINES_KEPT_FOR_NOW";

/// Room on a disk, in bytes, below which the disk is full.
const LITTLE: u64 = 1 << 20;

/// Beginning of a folder's name while a machine is saved there.
const HALF_MADE: &str = "new-";

/// Saved machines of a cache folder.
pub struct Saved {
    folder: PathBuf,
    /// Number of kinds that are kept.
    kept: usize,
}

/// Reason why there is no clone.
#[derive(Debug, thiserror::Error)]
pub enum NoClone {
    /// The original could not be booted.
    #[error(transparent)]
    Machine(#[from] Failure),
    /// The original could not be saved, or the saved machine not be used.
    #[error("{0:#}")]
    Cache(anyhow::Error),
}

impl From<anyhow::Error> for NoClone {
    fn from(error: anyhow::Error) -> Self {
        Self::Cache(error)
    }
}

/// Description of the files of a saved machine.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    /// Name of the folder, to notice a machine that was moved there.
    key: String,
    kernel: String,
    memory: u64,
    state: u64,
}

impl About {
    /// Reads the description in this folder.
    fn of(folder: &Path) -> Result<Self> {
        let text = fs::read_to_string(folder.join("about"))?;
        let about: Self = serde_json::from_str(&text)?;
        ensure!(folder.ends_with(&about.key), "another machine");
        Ok(about)
    }

    /// Compares the files with the description, byte for byte.
    fn check(&self, folder: &Path) -> Result<()> {
        ensure!(digest(&folder.join("state"))? == self.state, "state");
        ensure!(digest(&folder.join("memory"))? == self.memory, "memory");
        Ok(())
    }
}

impl Saved {
    /// Opens the saved machines of a cache folder.
    pub fn new(cache: &Path) -> Self {
        Self {
            folder: cache.join("machines"),
            kept: KEPT + more_kept(),
        }
    }

    /// Clones a machine. Boots and saves the original first, if there is no
    /// whole one. The value of `before_boot` is kept until the boot is over.
    pub fn clone_of<T>(
        &self,
        config: &Config,
        before_boot: impl FnOnce() -> T,
    ) -> Result<Machine, NoClone> {
        let folder = self.folder.join(key(config)?);
        let lock = self.lock_for_reading()?;
        if let Some(machine) = start(config, &folder)? {
            return Ok(machine);
        }
        lock.unlock().context("unlock the saved machines")?;
        lock.lock().context("lock the saved machines")?;
        // Another may have made it while we waited.
        if let Some(machine) = start(config, &folder)? {
            return Ok(machine);
        }
        let kept = before_boot();
        self.make(config, &folder)?;
        drop(kept);
        let machine = start(config, &folder)?;
        Ok(machine.context("a machine was damaged as it was saved")?)
    }

    /// Clones a machine, if its original is there.
    pub fn clone_if_saved(
        &self,
        config: &Config,
    ) -> Result<Option<Machine>, NoClone> {
        let folder = self.folder.join(key(config)?);
        let _lock = self.lock_for_reading()?;
        start(config, &folder)
    }

    /// Locks the saved machines for reading, until QEMU has the files open:
    /// nobody removes them in between.
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

    /// Boots the original and saves it, while the lock is held exclusively.
    fn make(&self, config: &Config, folder: &Path) -> Result<(), NoClone> {
        self.remove_all_but(self.kept - 1);
        self.needs_room(MEMORY_BYTES)?;
        let new = tempfile::Builder::new()
            .prefix(HALF_MADE)
            .tempdir_in(&self.folder)
            .context("a folder for a saved machine")?;
        let memory = new.path().join("memory");
        let state = new.path().join("state");
        let file = File::create(&state).context("the machine's state")?;
        let kernel = boot_and_save(config, &memory, &file)
            // A disk that is full ends QEMU when it touches the memory.
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
        // What is there was not whole.
        let _ = fs::remove_dir_all(folder);
        fs::rename(new.path(), folder).context("the saved machine")?;
        // It has another name now: there is nothing to remove.
        let _ = new.keep();
        Ok(())
    }

    /// Removes the remains of harnesses that were killed, while a lock is held:
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

    /// Fails if there is less room than this on the disk.
    fn needs_room(&self, bytes: u64) -> Result<()> {
        let folder = self.folder.display();
        let disk = statvfs(&self.folder)
            .with_context(|| format!("statvfs({folder})"))?;
        let room = disk.blocks_available() * disk.fragment_size();
        ensure!(
            room >= bytes,
            "{} MB are free in {folder}, a saved machine may take {}",
            room >> 20,
            MEMORY_BYTES >> 20
        );
        Ok(())
    }

    /// Removes the machines not used for longest. A folder that cannot be removed
    /// stays until another time.
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

    /// Removes the machines that are more than [`KEPT`]. The machines in `before`
    /// are the last to go: the person plays with them.
    pub fn keep_as_many_as_ever(&self, before: &BTreeSet<OsString>) {
        let lock = self.lock().and_then(|lock| {
            lock.lock().context("lock the saved machines")?;
            Ok(lock)
        });
        // The next that saves a machine removes them.
        let Ok(_lock) = lock else { return };
        let mut names: Vec<_> = self.names().into_iter().collect();
        names.sort_by_key(|name| {
            let path = self.folder.join(name);
            (before.contains(name), last_use(&path))
        });
        let many = names.len().saturating_sub(KEPT);
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

/// Clones the machine that is saved in a folder; `None` if it is not whole.
///
/// QEMU sets itself up while every byte is compared. Until then the machine
/// runs no instruction, and QEMU ends if one byte differs.
fn start(config: &Config, folder: &Path) -> Result<Option<Machine>, NoClone> {
    let Ok(about) = About::of(folder) else {
        return Ok(None);
    };
    let machine = Machine::start_clone(config, &folder.join("memory"));
    if about.check(folder).is_err() {
        return Ok(None);
    }
    let state = File::open(folder.join("state")).context("state")?;
    // Remembered as the time of the last use.
    let _ = File::open(folder.join("about"))
        .and_then(|file| file.set_modified(SystemTime::now()));
    Ok(Some(machine?.go_on(&state, &about.kernel)?))
}

/// Returns the number in [`MORE_KEPT`].
fn more_kept() -> usize {
    let set = env::var(MORE_KEPT).ok();
    set.and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn last_use(folder: &Path) -> SystemTime {
    fs::metadata(folder.join("about"))
        .and_then(|meta| meta.modified())
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Boots the original into this memory and saves the rest; returns the kernel's
/// release.
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

    /// Saves machines by these names, the first not used for longest.
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
        let (_cache, saved) = with_machines(KEPT + 6, &names);
        saved.remove_all_but(saved.kept - 1);
        assert_eq!(saved.names().len(), names.len());
        saved.keep_as_many_as_ever(&set(&["mine"]));
        assert_eq!(saved.names(), set(&["m3", "m4", "m5", "mine"]));
    }
}
