//! The cgroup of a stage, in the hierarchy of cgroup v2 (cgroups(7)).
//!
//! The processes that made a cgroup hold a lock on its folder (flock(2)). So a
//! cgroup whose makers have been killed is known, also from another PID
//! namespace, and the next stage removes it.

use std::ffi::CString;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use nix::dir::{Dir, Type};
use nix::fcntl::OFlag;
use nix::mount::{MsFlags, mount};
use nix::poll::{PollFd, PollFlags, poll};
use nix::sched::{CloneFlags, unshare};
use nix::sys::stat::Mode;
use nix::time::{ClockId, clock_gettime};
use nix::unistd::{UnlinkatFlags, unlinkat};

/// Folder for a hierarchy that is mounted nowhere. The kernel makes the folder.
const PLACE: &str = "/sys/fs/cgroup";

/// Beginning of the name of each stage's cgroup.
const PREFIX: &str = "namespace-workshop-stage-";

/// Limits, where the controllers are switched on: file and value. QEMU's
/// machine has 256 MB and 400 threads; the stage's archives are in memory, too.
/// The number of cgroups below needs no controller.
const LIMITS: [(&str, &str); 4] = [
    ("cgroup.max.descendants", "1000"),
    ("pids.max", "400"),
    ("memory.max", "402653184"),
    ("memory.swap.max", "0"),
];

/// Attempts to make a cgroup. Another stage may remove a cgroup that nobody has
/// locked yet.
const ATTEMPTS: u32 = 100;

/// Cgroup of a stage.
pub struct Cgroup {
    folder: PathBuf,
    /// The folder, locked as long as a process has this open.
    lock: File,
}

/// The hierarchy in which stages have their cgroups.
pub struct Hierarchy {
    folder: PathBuf,
}

impl Hierarchy {
    /// Finds the hierarchy.
    ///
    /// May move the caller to a mount namespace of its own first.
    pub fn find() -> Result<Self> {
        let folder = hierarchy()?;
        Ok(Self { folder })
    }

    /// Makes a cgroup, and removes those of stages that were killed.
    pub fn make(&self) -> Result<Cgroup> {
        remove_abandoned(&self.folder);
        for _ in 0..ATTEMPTS {
            let folder = self.folder.join(new_name()?);
            let named = || folder.display().to_string();
            match fs::create_dir(&folder) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    continue;
                }
                made => made.with_context(|| format!("mkdir({})", named()))?,
            }
            let lock = locked(&folder);
            let Some(lock) =
                lock.with_context(|| format!("flock({})", named()))?
            else {
                continue;
            };
            for (file, value) in LIMITS {
                // Without a controller there is no file, and no limit.
                let _ = fs::write(folder.join(file), value);
            }
            return Ok(Cgroup { folder, lock });
        }
        bail!("other stages have removed {ATTEMPTS} new cgroups")
    }
}

impl Cgroup {
    /// Returns the open folder: clone3(2) wants a descriptor.
    pub fn open(&self) -> Result<File> {
        self.lock.try_clone().context("dup")
    }

    /// Whether the kernel has killed a process because the limit of memory was
    /// reached (the kernel's cgroup-v2.rst, `memory.events`).
    pub fn has_run_out_of_memory(&self) -> bool {
        let events = fs::read_to_string(self.folder.join("memory.events"));
        let events = events.unwrap_or_default();
        let kills = |line: &str| line.strip_prefix("oom_kill ")?.parse().ok();
        events
            .lines()
            .find_map(kills)
            .is_some_and(|count: u64| count > 0)
    }

    /// Kills everything in the cgroup, and removes it with all below.
    pub fn remove(&self) -> io::Result<()> {
        remove(&self.folder)
    }
}

/// Returns the folder of the hierarchy: where this Linux has it, or else where
/// it is mounted for this process alone.
///
/// Where it is mounted already, it is not mounted again: that would set all
/// options of the one hierarchy, `nsdelegate` too, for everybody
/// (kernel/cgroup/cgroup.c, cgroup_get_tree).
fn hierarchy() -> Result<PathBuf> {
    let path = "/proc/self/mountinfo";
    let mounts = fs::read_to_string(path).context(path)?;
    if let Some(place) = mounts.lines().find_map(place_of_hierarchy) {
        return Ok(place.into());
    }
    unshare(CloneFlags::CLONE_NEWNS).context("unshare(mnt)")?;
    let none = None::<&str>;
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(none, "/", none, private, none)
        .context("mount(/, MS_REC|MS_PRIVATE)")?;
    mount(none, PLACE, Some("cgroup2"), MsFlags::empty(), none)
        .with_context(|| format!("mount({PLACE}, cgroup2)"))?;
    Ok(PLACE.into())
}

/// Returns the mount point, if this line of mountinfo is about the whole
/// hierarchy.
fn place_of_hierarchy(line: &str) -> Option<&str> {
    let (mount, kind) = line.split_once(" - ")?;
    let is_it = kind.starts_with("cgroup2 ");
    let mut words = mount.split(' ').skip(3);
    let is_whole = words.next()? == "/";
    (is_it && is_whole).then(|| words.next()).flatten()
}

/// Returns a name that no other stage has.
fn new_name() -> Result<String> {
    let own = std::process::id();
    let now = clock_gettime(ClockId::CLOCK_MONOTONIC);
    let now = now.context("clock_gettime")?;
    let seconds = now.tv_sec();
    let part = now.tv_nsec();
    Ok(format!("{PREFIX}{own}-{seconds}.{part:09}"))
}

/// Locks a cgroup's folder. `None` if another process has the lock, or the
/// cgroup is gone.
fn locked(folder: &Path) -> io::Result<Option<File>> {
    let file = match File::open(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
        Ok(()) => {}
    }
    // Whoever had the lock before may have removed the cgroup.
    let inode = file.metadata()?.ino();
    let is_there = fs::metadata(folder).is_ok_and(|it| it.ino() == inode);
    Ok(is_there.then_some(file))
}

/// Removes the cgroups whose makers have ended. Where that fails, the next
/// stage tries again.
fn remove_abandoned(hierarchy: &Path) {
    let entries = fs::read_dir(hierarchy).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        if !name.to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let folder = entry.path();
        if let Ok(Some(_lock)) = locked(&folder) {
            let _ = remove(&folder);
        }
    }
}

/// Most time for killed processes to end.
const ENDING: u16 = 10_000;

fn remove(folder: &Path) -> io::Result<()> {
    // Since Linux 5.14. The end of PID 1 kills everything, too.
    let _ = fs::write(folder.join("cgroup.kill"), "1");
    wait_until_empty(folder)?;
    remove_below(folder)?;
    fs::remove_dir(folder)
}

/// Waits for the end of all processes in the cgroup and below: the kernel
/// announces changes of this file (the kernel's cgroup-v2.rst).
fn wait_until_empty(folder: &Path) -> io::Result<()> {
    let events = File::open(folder.join("cgroup.events"))?;
    loop {
        let mut text = [0; 256];
        let length = events.read_at(&mut text, 0)?;
        let is_empty = text[..length].starts_with(b"populated 0");
        let mut changed = [PollFd::new(events.as_fd(), PollFlags::POLLPRI)];
        if is_empty || poll(&mut changed, ENDING)? == 0 {
            return Ok(());
        }
    }
}

/// Removes all cgroups below a folder, the innermost first. There may be more
/// of them, one in the other, than a path can name and than can be open.
fn remove_below(folder: &Path) -> nix::Result<()> {
    let flags = OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let mode = Mode::empty();
    let mut here = Dir::open(folder, flags, mode)?;
    let mut names = Vec::new();
    loop {
        if let Some(name) = first_below(&mut here)? {
            here = Dir::openat(&here, name.as_c_str(), flags, mode)?;
            names.push(name);
        } else if let Some(name) = names.pop() {
            here = Dir::openat(&here, "..", flags, mode)?;
            unlinkat(&here, name.as_c_str(), UnlinkatFlags::RemoveDir)?;
        } else {
            return Ok(());
        }
    }
}

fn first_below(folder: &mut Dir) -> nix::Result<Option<CString>> {
    for entry in folder.iter() {
        let entry = entry?;
        let name = entry.file_name();
        let is_cgroup = entry.file_type() == Some(Type::Directory);
        if is_cgroup && name != c"." && name != c".." {
            return Ok(Some(name.into()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use nix::sys::stat::mkdirat;

    use super::*;

    #[test]
    fn the_hierarchy_is_where_all_of_it_is_mounted() {
        let end = "rw,nosuid shared:8 - cgroup2 cgroup2 rw,nsdelegate";
        let whole = format!("31 23 0:26 / /sys/fs/cgroup {end}");
        assert_eq!(place_of_hierarchy(&whole), Some("/sys/fs/cgroup"));
        let part = format!("31 23 0:26 /user.slice /mnt {end}");
        assert_eq!(place_of_hierarchy(&part), None);
        let other = "31 23 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu";
        assert_eq!(place_of_hierarchy(other), None);
    }

    #[test]
    fn a_folder_has_a_lock_as_long_as_a_maker_has_it_open() {
        let folder = std::env::temp_dir().join(new_name().unwrap());
        assert!(locked(&folder).unwrap().is_none());
        fs::create_dir(&folder).unwrap();
        let lock = locked(&folder).unwrap().unwrap();
        let copy = lock.try_clone().unwrap();
        drop(lock);
        assert!(locked(&folder).unwrap().is_none());
        drop(copy);
        assert!(locked(&folder).unwrap().is_some());
        fs::remove_dir(&folder).unwrap();
    }

    #[test]
    fn folders_deeper_than_a_path_can_name_are_removed() {
        let top = std::env::temp_dir().join(new_name().unwrap());
        fs::create_dir(&top).unwrap();
        let flags = OFlag::O_DIRECTORY;
        let mut here = Dir::open(&top, flags, Mode::empty()).unwrap();
        let name = "x".repeat(200);
        for _ in 0..100 {
            mkdirat(&here, name.as_str(), Mode::S_IRWXU).unwrap();
            let below = Dir::openat(&here, name.as_str(), flags, Mode::empty());
            here = below.unwrap();
        }
        remove_below(&top).unwrap();
        fs::remove_dir(&top).unwrap();
    }
}
