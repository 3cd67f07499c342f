//! A machine that was booted once and saved, to be cloned for every run.
//!
//! In the cache, one folder for each kind of machine:
//!
//! ```text
//! machines/KEY/memory   the memory, sparse; clones map it copy-on-write
//! machines/KEY/state    everything else QEMU knows of the machine
//! machines/KEY/about    what both must be, byte for byte
//! ```
//!
//! The key is a hash of all that makes a machine what it is: QEMU, its
//! arguments, the kernel, the initramfs. A folder is made under another name
//! and renamed when it is whole. Its bytes are checked before each use.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::sys::statvfs::statvfs;
use nix::unistd::{Whence, lseek64};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::Xxh3;

use super::control::Machine;
use super::emulator::Emulator;
use super::failure::Failure;
use super::qemu::{self, Config, Memory};
use super::sources::Identity;

/// How many kinds of machine are kept; the one not used for longest goes.
const KEPT: usize = 4;

/// The variable that says how many more are kept for now: a matrix has one for
/// each of its systems, and in the end keeps as many as ever.
pub const MORE_KEPT: &str = "MACHINES_KEPT_FOR_NOW";

/// A disk with less room than this is full.
const LITTLE: u64 = 1 << 20;

/// What a folder is called while a machine is saved in it.
const HALF_MADE: &str = "new-";

/// The saved machines of a cache folder.
pub struct Saved {
    folder: PathBuf,
    /// How many are kept when one more is made.
    kept: usize,
}

/// Why there is no clone.
#[derive(Debug, thiserror::Error)]
pub enum NoClone {
    /// Not even the original could be booted.
    #[error(transparent)]
    Machine(#[from] Failure),
    /// It could not be saved, or what was saved could not be used.
    #[error("{0:#}")]
    Cache(anyhow::Error),
}

impl From<anyhow::Error> for NoClone {
    fn from(error: anyhow::Error) -> Self {
        Self::Cache(error)
    }
}

/// What the files of a saved machine are.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    /// The name of its folder: what was moved there is another machine.
    key: String,
    kernel: String,
    memory: u64,
    state: u64,
}

impl About {
    /// What is said of this folder.
    fn of(folder: &Path) -> Result<Self> {
        let text = fs::read_to_string(folder.join("about"))?;
        let about: Self = serde_json::from_str(&text)?;
        ensure!(folder.ends_with(&about.key), "another machine");
        Ok(about)
    }

    /// Whether it is true, byte for byte.
    fn check(&self, folder: &Path) -> Result<()> {
        ensure!(digest(&folder.join("state"))? == self.state, "state");
        ensure!(digest(&folder.join("memory"))? == self.memory, "memory");
        Ok(())
    }
}

impl Saved {
    /// In this cache folder.
    pub fn new(cache: &Path) -> Self {
        Self {
            folder: cache.join("machines"),
            kept: KEPT + more_kept(),
        }
    }

    /// A clone; boots and saves the original if there is none, or none that
    /// is whole. What `before_boot` gives is kept until it has booted.
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

    /// A clone, if its original is there.
    pub fn clone_if_saved(
        &self,
        config: &Config,
    ) -> Result<Option<Machine>, NoClone> {
        let folder = self.folder.join(key(config)?);
        let _lock = self.lock_for_reading()?;
        start(config, &folder)
    }

    /// Readers hold the lock until QEMU has the files open: nobody removes
    /// them in between.
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

    /// Boots the original and saves it. The lock is held exclusively.
    fn make(&self, config: &Config, folder: &Path) -> Result<(), NoClone> {
        self.remove_all_but(self.kept - 1);
        self.needs_room(qemu::MEMORY_BYTES)?;
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

    /// Removes what harnesses that were killed have left. A lock is held, so
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

    /// Says how much room there is, if it is less than this.
    fn needs_room(&self, bytes: u64) -> Result<()> {
        let folder = self.folder.display();
        let disk = statvfs(&self.folder)
            .with_context(|| format!("statvfs({folder})"))?;
        let room = disk.blocks_available() * disk.fragment_size();
        ensure!(
            room >= bytes,
            "{} MB are free in {folder}, a saved machine may take {}",
            room >> 20,
            qemu::MEMORY_BYTES >> 20
        );
        Ok(())
    }

    /// Removes the machines not used for longest. What cannot be removed now will be another time.
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

    /// The names of those that are there.
    pub fn names(&self) -> BTreeSet<OsString> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten();
        let folders = entries.flatten().filter(|it| it.path().is_dir());
        folders.map(|entry| entry.file_name()).collect()
    }

    /// Removes what is more than is kept otherwise. What was there `before`
    /// stays, though it was not used since: it is what the person plays with.
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

    /// Removes all of them.
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

/// A clone of what is saved in a folder; none if that is not whole.
///
/// QEMU sets itself up while every byte is looked at. Before that is done
/// the machine runs no instruction, and QEMU ends if one byte differs.
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

/// What [`MORE_KEPT`] says.
fn more_kept() -> usize {
    let set = env::var(MORE_KEPT).ok();
    set.and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn last_use(folder: &Path) -> SystemTime {
    fs::metadata(folder.join("about"))
        .and_then(|meta| meta.modified())
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

/// A hash of a file's data and of where it lies; holes cost nothing.
fn digest(path: &Path) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut hash = Xxh3::new();
    let mut buffer = vec![0; 1 << 20];
    let mut position = 0;
    while let Some(data) = seek(&file, position, Whence::SeekData)? {
        let hole = seek(&file, data, Whence::SeekHole)?.unwrap_or(data);
        hash.update(&data.to_le_bytes());
        file.seek(SeekFrom::Start(data.cast_unsigned()))?;
        let mut left = usize::try_from(hole - data).unwrap_or(0);
        while left > 0 {
            let part = left.min(buffer.len());
            file.read_exact(&mut buffer[..part])?;
            hash.update(&buffer[..part]);
            left -= part;
        }
        position = hole;
    }
    hash.update(&file.metadata()?.len().to_le_bytes());
    Ok(hash.digest())
}

fn seek(file: &File, from: i64, whence: Whence) -> io::Result<Option<i64>> {
    match lseek64(file.as_fd(), from, whence) {
        Ok(position) => Ok(Some(position)),
        // There is no more data after this.
        Err(Errno::ENXIO) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

/// A name for all that makes a machine what it is. An initramfs is named by
/// its contents; of the other files, the time of their last change tells.
fn key(config: &Config) -> Result<String> {
    let mut hash = Sha256::new();
    for argument in qemu::arguments(config, Memory::Private) {
        hash.update(argument.as_encoded_bytes());
        hash.update([0]);
    }
    let emulator = Emulator::find()?;
    hash.update(format!("{:?} {:?}", emulator.words(), emulator.variables()));
    for path in [&emulator.file, &config.kernel, &config.initramfs] {
        let identity =
            Identity::of(path).with_context(|| path.display().to_string())?;
        hash.update(format!("{path:?} {identity:?}"));
    }
    let digest = hash.finalize();
    Ok(digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// Boots the original into this memory and saves the rest of it; gives the
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

    /// Machines by these names, the first not used for longest.
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
