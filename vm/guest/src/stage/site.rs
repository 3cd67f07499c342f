//! The site of all stages of one run: everything that they share, and that is
//! found or made once.

use std::ffi::OsString;
use std::fs::File;

use anyhow::{Context, Result, bail};

use super::cgroup::{Cgroup, Hierarchy};
use super::guard::Guard;
use super::needs;

/// Everything that stages share. None of it reaches a stage: PID 1 executes
/// `/init`, and exec closes these files.
pub struct Site {
    /// Archives of the root file system.
    pub archives: Vec<File>,
    hierarchy: Hierarchy,
    guard: Guard,
}

impl Site {
    /// Looks at this Linux, and opens the archives.
    ///
    /// # Errors
    ///
    /// This Linux lacks something, or an archive cannot be opened.
    pub fn prepare(archives: &[OsString]) -> Result<Self> {
        if let Some(reason) = needs::lacking() {
            bail!(reason);
        }
        let archives = archives.iter().map(|path| {
            File::open(path)
                .with_context(|| format!("open({})", path.display()))
        });
        Ok(Self {
            archives: archives.collect::<Result<_>>()?,
            hierarchy: Hierarchy::find()?,
            guard: Guard::load()?,
        })
    }

    /// Makes the cgroup of a stage, with its guard.
    pub fn cgroup(&self) -> Result<Cgroup> {
        let cgroup = self.hierarchy.make()?;
        let guarded =
            cgroup.open().and_then(|folder| self.guard.watch(&folder));
        match guarded {
            Ok(()) => Ok(cgroup),
            Err(error) => {
                cgroup.remove().context("the cgroup of the stage")?;
                Err(error)
            }
        }
    }
}
