//! claim - who owns a container, for how long, and who waits for that
//!
//! Each life of a container has a file of its own, /run/container/ID/claim. Its
//! owner holds two locks there: one until the life has begun, or could not;
//! the other one until all is taken back. A next life puts another file in its
//! place: a command that waits for the end of one life does not wait for the
//! end of the next.
//!
//! See: docs/src/container-states.md, rename(2)

use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::error::{Named, Result, refused};
use crate::files::{folder, lock, stranger};

/// The bytes that are locked.
const BEGINS: i64 = 0;
const LASTS: i64 = 1;

/// The right to one life of a container, for as long as this is held. The
/// kernel frees the locks with the last copy of the descriptor, after all
/// forks.
pub struct Claim(File);

impl AsFd for Claim {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl From<OwnedFd> for Claim {
    fn from(claim: OwnedFd) -> Self {
        Self(claim.into())
    }
}

impl Claim {
    /// Begins a life of the container of this folder, which nobody owns. Hold
    /// the store, until it is written down.
    pub fn new(folder: &Path) -> Result<Self> {
        let aside = folder.join("claim.new");
        let file = folder::new_file(&aside)?;
        lock::try_to_take(&file, BEGINS)?;
        lock::try_to_take(&file, LASTS)?;
        let place = folder.join("claim");
        fs::rename(&aside, &place).named("rename", place.display())?;
        let claim = Self(file);
        claim.is_ours()?;
        Ok(claim)
    }

    /// Notes that this process, perhaps a copy of the one before, is the owner:
    /// others may have to say for whom they wait.
    pub fn is_ours(&self) -> Result<()> {
        let pid = format!("{:<10}", std::process::id());
        let written = self.0.write_all_at(pid.as_bytes(), 0);
        written.named("write", "claim")
    }

    /// Frees the first lock: the life has begun, or could not.
    pub fn has_begun(&self) -> Result<()> {
        lock::give_back(&self.0, BEGINS)
    }
}

/// The present or the last life of a container, as seen by others than its
/// owner. None: it has not had any.
pub struct Life(Option<File>);

impl Life {
    /// Finds the life. Hold the store meanwhile.
    pub fn find(folder: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        stranger::open(options.read(true), &folder.join("claim")).map(Self)
    }

    /// Whether the life has an owner still.
    pub fn lasts(&self) -> Result<bool> {
        let taken = |file| lock::is_taken(file, LASTS);
        self.0.as_ref().map_or(Ok(false), taken)
    }

    /// Waits until the life has begun, or is over.
    pub fn await_start(&self) -> Result<()> {
        self.wait(BEGINS, "has not started it")
    }

    /// Waits until the owner has taken everything back.
    pub fn await_end(&self) -> Result<()> {
        self.wait(LASTS, "has not cleaned up after it")
    }

    fn wait(&self, byte: i64, in_vain: &str) -> Result<()> {
        let free = |file| lock::wait_until_free(file, byte);
        if self.0.as_ref().map_or(Ok(true), free)? {
            return Ok(());
        }
        let pid = self.owner();
        let seconds = lock::PATIENCE.as_secs();
        Err(refused(format!(
            "process {pid}, which owns the container, {in_vain} for {seconds} \
             s: kill -9 {pid}, and the next command cleans up"
        )))
    }

    fn owner(&self) -> String {
        let mut pid = String::new();
        if let Some(file) = &self.0 {
            let _ = file.take(10).read_to_string(&mut pid);
        }
        pid.trim().into()
    }
}

/// An announcement that a container is about to be started again, for as long
/// as this is held: its owner keeps the container, also with `--rm`.
pub struct Restart(#[expect(dead_code, reason = "it is locked")] File);

impl Restart {
    /// Announces a restart; any number of commands may. Hold the store
    /// meanwhile.
    pub fn announce(folder: &Path) -> Result<Self> {
        let path = folder.join("restart");
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true);
        let gone = || refused("its folder was removed");
        let file = stranger::open(options, &path)?.ok_or_else(gone)?;
        lock::share(&file, BEGINS)?;
        Ok(Self(file))
    }

    /// Whether a restart is announced. If that cannot be told, none is.
    pub fn is_announced(folder: &Path) -> bool {
        let mut options = OpenOptions::new();
        let file = stranger::open(options.read(true), &folder.join("restart"));
        let held = |file| lock::is_held(&file, BEGINS).ok();
        file.ok().flatten().and_then(held).unwrap_or(false)
    }
}
