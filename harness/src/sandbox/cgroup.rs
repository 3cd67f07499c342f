//! The cgroup of a sandbox: version 2, with all of the sandbox's cgroups in one
//! folder. A cgroup outlives its processes and has to be removed. If PID 1 was
//! killed before it could do so, the next sandbox removes the folder. Each PID
//! 1 locks its folder until it ends: a folder without a lock is a leftover.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::fcntl::{Flock, FlockArg};
use nix::mount::{MntFlags, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{UnlinkatFlags, unlinkat};

use super::mounts::attach;

/// Mount point of cgroups inside the sandbox.
const INSIDE: &str = "/sys/fs/cgroup";

/// Mount point of all cgroups, used until the sandbox has its namespace.
const ALL: &str = "/run/cgroup";

/// Prefix of the folders' names.
const PREFIX: &str = "namespace-workshop-";

/// A cgroup of the sandbox, with this process in it.
pub(super) struct Cgroup {
    name: String,
    parent: File,
    /// `cgroup.procs` of the cgroup this process came from.
    home: File,
    _lock: Flock<File>,
}

/// Makes a cgroup, enters it, and makes it the root of a new namespace.
pub(super) fn enter() -> Result<Cgroup> {
    fs::create_dir(ALL).context(ALL)?;
    attach("cgroup2", ALL)?;
    let parent = own_path()?;
    // One sandbox at a time: between mkdir and flock, a new folder looks like a
    // leftover.
    let turn = Flock::lock(File::open(&parent)?, FlockArg::LockExclusive);
    let turn = turn.map_err(|(_, errno)| errno).context("flock")?;
    sweep(&parent);
    let name = format!("{PREFIX}{}", unique()?);
    let folder = parent.join(&name);
    fs::create_dir(&folder).with_context(|| format!("{folder:?}"))?;
    let lock = Flock::lock(File::open(&folder)?, FlockArg::LockExclusive);
    let cgroup = Cgroup {
        name,
        home: procs(&parent)?,
        parent: File::open(&parent)?,
        _lock: lock.map_err(|(_, errno)| errno).context("flock")?,
    };
    drop(turn);
    procs(&folder)?.write_all(b"0").context("cgroup.procs")?;
    unshare(CloneFlags::CLONE_NEWCGROUP).context("unshare(cgroup)")?;
    attach("cgroup2", INSIDE)?;
    // The root must be empty of processes, or its children cannot be given
    // controllers.
    let host = Path::new(INSIDE).join("host");
    fs::create_dir(&host).context("mkdir(host)")?;
    procs(&host)?.write_all(b"0").context("cgroup.procs")?;
    umount2(ALL, MntFlags::MNT_DETACH).context("umount")?;
    Ok(cgroup)
}

impl Cgroup {
    /// Leaves the cgroup and removes it. No other process may be in it.
    pub(super) fn remove(mut self) -> Result<()> {
        self.home.write_all(b"0").context("leave the cgroup")?;
        remove_below(Path::new(INSIDE));
        unlinkat(&self.parent, self.name.as_str(), UnlinkatFlags::RemoveDir)
            .with_context(|| format!("rmdir({})", self.name))
    }
}

fn procs(folder: &Path) -> Result<File> {
    let path = folder.join("cgroup.procs");
    let file = OpenOptions::new().write(true).open(&path);
    file.with_context(|| format!("{}", path.display()))
}

/// Returns the path of this process's cgroup of version 2, below [`ALL`].
fn own_path() -> Result<PathBuf> {
    let path = "/proc/self/cgroup";
    let all = fs::read(path).context(path)?;
    let mut all = all.split(|byte| *byte == b'\n');
    let own = all.find_map(|line| line.strip_prefix(b"0::/"));
    let own = own.context("this Linux has no cgroup v2")?;
    Ok(Path::new(ALL).join(OsStr::from_bytes(own)))
}

/// Returns a name that no other sandbox has. A PID would not do: it is 1 in
/// each.
fn unique() -> Result<String> {
    let path = "/proc/sys/kernel/random/uuid";
    let uuid = fs::read_to_string(path).context(path)?;
    Ok(uuid.trim().into())
}

/// Removes the folders of sandboxes that were killed.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let Some(folder) = ours.then(|| File::open(entry.path()).ok()) else {
            continue;
        };
        let lock = |file| Flock::lock(file, FlockArg::LockExclusiveNonblock);
        if let Some(Ok(_lock)) = folder.map(lock) {
            remove_below(&entry.path());
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// Removes all empty cgroups below a folder.
fn remove_below(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            remove_below(&entry.path());
            let _ = fs::remove_dir(entry.path());
        }
    }
}
