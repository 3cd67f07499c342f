//! The cgroup of a stage, in the hierarchy of cgroup v2 (cgroups(7)).
//!
//! The name has the PID of the process that made it, and that process's start
//! time, before the cgroup's number: so a cgroup whose maker has been killed is
//! known, and removed by the next stage.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use nix::mount::{MsFlags, mount};
use nix::poll::{PollFd, PollFlags, poll};
use nix::sched::{CloneFlags, unshare};

/// Folder for a hierarchy that is mounted nowhere. The kernel makes the folder.
const PLACE: &str = "/sys/fs/cgroup";

/// Beginning of the name of each stage's cgroup.
const PREFIX: &str = "namespace-workshop-stage-";

/// Limits, where the controllers are switched on: file and value. QEMU's
/// machine has 256 MB and 400 threads; the stage's archives are in memory, too.
const LIMITS: [(&str, &str); 3] = [
    ("pids.max", "400"),
    ("memory.max", "402653184"),
    ("memory.swap.max", "0"),
];

/// Cgroup of a stage.
pub struct Cgroup {
    folder: PathBuf,
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
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        remove_abandoned(&self.folder);
        let own = std::process::id();
        let start = start_time(own).context("/proc/self/stat")?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{own}-{start}-{number}");
        let folder = self.folder.join(name);
        fs::create_dir(&folder)
            .with_context(|| format!("mkdir({})", folder.display()))?;
        for (file, value) in LIMITS {
            // Without a controller there is no file, and no limit.
            let _ = fs::write(folder.join(file), value);
        }
        Ok(Cgroup { folder })
    }
}

impl Cgroup {
    /// Opens the folder: clone3(2) wants a descriptor.
    pub fn open(&self) -> Result<File> {
        let folder = &self.folder;
        File::open(folder)
            .with_context(|| format!("open({})", folder.display()))
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

/// Removes the cgroups whose makers have ended. Where that fails, the next
/// stage tries again.
fn remove_abandoned(hierarchy: &Path) {
    let entries = fs::read_dir(hierarchy).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let maker = name.to_str().and_then(maker);
        if maker.is_some_and(|(pid, start)| start_time(pid) != Some(start)) {
            let _ = remove(&entry.path());
        }
    }
}

/// Returns the PID and the start time in a cgroup's name.
fn maker(name: &str) -> Option<(u32, u64)> {
    let mut numbers = name.strip_prefix(PREFIX)?.split('-');
    let pid = numbers.next()?.parse().ok()?;
    Some((pid, numbers.next()?.parse().ok()?))
}

/// Returns a process's start time in clock ticks since boot (proc_pid_stat(5),
/// field 22).
fn start_time(pid: u32) -> Option<u64> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let end = stat.iter().rposition(|byte| *byte == b')')?;
    let after = str::from_utf8(stat.get(end + 2..)?).ok()?;
    after.split(' ').nth(19)?.parse().ok()
}

/// Most time for killed processes to end.
const ENDING: u16 = 10_000;

fn remove(folder: &Path) -> io::Result<()> {
    // Since Linux 5.14. The end of PID 1 kills everything, too.
    let _ = fs::write(folder.join("cgroup.kill"), "1");
    wait_until_empty(folder)?;
    remove_all(folder)
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

fn remove_all(folder: &Path) -> io::Result<()> {
    let inner = fs::read_dir(folder)?.flatten();
    for entry in inner {
        if entry.file_type()?.is_dir() {
            remove_all(&entry.path())?;
        }
    }
    fs::remove_dir(folder)
}

#[cfg(test)]
mod tests {
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
    fn a_name_tells_who_made_it() {
        let own = std::process::id();
        let start = start_time(own).unwrap();
        let name = format!("{PREFIX}{own}-{start}-7");
        assert_eq!(maker(&name), Some((own, start)));
        assert_eq!(maker("namespace-workshop-stage-x-1"), None);
        assert_eq!(maker("user.slice"), None);
    }
}
