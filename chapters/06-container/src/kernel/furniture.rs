//! furniture - what is mounted in a new root, and what is hidden there
//!
//! All of it is mounted in the container's mount namespace and nowhere else.
//! With the last process in there the kernel unmounts it: there is nothing
//! that anybody could forget.
//!
//! See: mount(2), proc(5), the OCI runtime specification's "Default Filesystems"

use std::ffi::CStr;
use std::fs::{self, File};
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::Path;

use nix::errno::Errno::{ENOENT, ENOTDIR};
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns};
use nix::sys::stat::{Mode, SFlag, makedev, mknod, umask};

use crate::error::{Named, Result};
use crate::kernel::resolve::make_folder;
use crate::kernel::{namespaces, tree};

const NOSUID: MsFlags = MsFlags::MS_NOSUID;
const NO_DEVICES: MsFlags = NOSUID.union(MsFlags::MS_NODEV);
const NO_PROGRAMS: MsFlags = NOSUID.union(MsFlags::MS_NOEXEC);
const DATA: MsFlags = NO_DEVICES.union(MsFlags::MS_NOEXEC);

/// Kind, place, flags, options of each mount, in docker's order.
const MOUNTS: [(&str, &str, MsFlags, &str); 7] = [
    ("proc", "/proc", DATA, ""),
    ("tmpfs", "/dev", NOSUID, "size=65536k,mode=755"),
    ("devpts", "/dev/pts", NO_PROGRAMS, PTS_OPTIONS),
    ("sysfs", "/sys", DATA, ""),
    ("cgroup2", "/sys/fs/cgroup", DATA, ""),
    ("mqueue", "/dev/mqueue", DATA, ""),
    ("shm", "/dev/shm", DATA, "size=65536k,mode=1777"),
];
const PTS_OPTIONS: &str = "newinstance,ptmxmode=0666,mode=0620,gid=5";

/// Name, major and minor number: Documentation/admin-guide/devices.txt.
const DEVICES: [(&str, u64, u64); 6] = [
    ("null", 1, 3),
    ("zero", 1, 5),
    ("full", 1, 7),
    ("random", 1, 8),
    ("urandom", 1, 9),
    ("tty", 5, 0),
];

const LINKS: [(&str, &str); 6] = [
    ("/proc/self/fd", "/dev/fd"),
    ("/proc/self/fd/0", "/dev/stdin"),
    ("/proc/self/fd/1", "/dev/stdout"),
    ("/proc/self/fd/2", "/dev/stderr"),
    ("/proc/kcore", "/dev/core"),
    ("pts/ptmx", "/dev/ptmx"),
];

/// Files that belong to the machine, not to a namespace: not to be written,
const READ_ONLY: &str =
    "/proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger";

/// and others that are not even to be read.
const MASKED: &str = "/proc/acpi /proc/asound /proc/interrupts /proc/kcore \
    /proc/keys /proc/latency_stats /proc/timer_list /proc/timer_stats \
    /proc/sched_debug /proc/scsi /sys/firmware /sys/devices/virtual/powercap";

const NOTHING: Option<&str> = None;

/// A mount of /dev/shm for the new root: the machine's or a donor's, if the
/// container has no IPC namespace of its own. (POSIX has shared memory in
/// files; the IPC namespace has the rest.)
pub fn take_shm(ipc: &namespaces::Mode<OwnedFd>) -> Result<Option<OwnedFd>> {
    match ipc {
        namespaces::Mode::New => Ok(None),
        namespaces::Mode::Host => clone_shm().map(Some),
        namespaces::Mode::Of(donor) => clone_shm_of(donor).map(Some),
    }
}

/// Takes the mount from the donor's mount namespace. A mount that is in no
/// namespace can be carried from one to the other.
fn clone_shm_of(donor: &OwnedFd) -> Result<OwnedFd> {
    let ours = "/proc/self/ns/mnt";
    let back = File::open(ours).named("open", ours)?;
    setns(donor, CloneFlags::CLONE_NEWNS).named("setns", "mnt")?;
    let shm = clone_shm()?;
    setns(back, CloneFlags::CLONE_NEWNS).named("setns", ours)?;
    Ok(shm)
}

fn clone_shm() -> Result<OwnedFd> {
    tree::copy(SHM).named("open_tree", "/dev/shm")
}

/// The copy of a shared mount is shared, too: cut that link, or the container's
/// mounts below it would be the machine's.
fn put_shm(shm: &OwnedFd) -> Result<()> {
    tree::put(shm, SHM).named("move_mount", "/dev/shm")?;
    let path = "/dev/shm";
    mount(NOTHING, path, NOTHING, MsFlags::MS_PRIVATE, NOTHING)
        .named("mount", path)
}

const SHM: &CStr = c"/dev/shm";

/// Mounts what shows our namespaces, and devices; /dev/shm may be another's.
pub fn furnish(
    privileged: bool,
    has_cgroup: bool,
    shm: Option<OwnedFd>,
) -> Result<()> {
    for (kind, target, flags, options) in MOUNTS {
        if kind == "cgroup2" && !has_cgroup {
            continue;
        }
        let read_only = target.starts_with("/sys") && !privileged;
        let more = read_only.then_some(MsFlags::MS_RDONLY);
        if target.starts_with("/dev/") {
            // Nobody else has been in there.
            fs::create_dir(target).named("mkdir", target)?;
        } else {
            make_folder(target)?;
        }
        match &shm {
            Some(shm) if target == "/dev/shm" => put_shm(shm)?,
            _ => {
                let flags = flags | more.unwrap_or(MsFlags::empty());
                attach(kind, Path::new(target), flags, options)?;
            }
        }
    }
    // Anyone may use these, whatever our umask takes away from files.
    let ours = umask(Mode::empty());
    for (name, major, minor) in DEVICES {
        let path = format!("/dev/{name}");
        let anyone = Mode::from_bits_truncate(0o666);
        mknod(path.as_str(), SFlag::S_IFCHR, anyone, makedev(major, minor))
            .named("mknod", &path)?;
    }
    umask(ours);
    for (target, path) in LINKS {
        if path != "/dev/core" || Path::new(target).exists() {
            symlink(target, path).named("symlink", path)?;
        }
    }
    Ok(())
}

/// Hides files that are the machine's.
pub fn mask() -> Result<()> {
    let remount = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY;
    for path in READ_ONLY.split(' ') {
        if bind(path, path)? {
            mount(NOTHING, path, NOTHING, DATA | remount, NOTHING)
                .named("mount", path)?;
        }
    }
    MASKED
        .split(' ')
        .try_for_each(|path| bind("/dev/null", path).map(drop))
}

/// Puts one path over another. Returns whether there is such a path.
pub fn bind(what: &str, path: &str) -> Result<bool> {
    match mount(Some(what), path, NOTHING, MsFlags::MS_BIND, NOTHING) {
        Ok(()) => Ok(true),
        Err(ENOENT) => Ok(false),
        Err(ENOTDIR) => {
            let flags = DATA | MsFlags::MS_RDONLY;
            attach("tmpfs", Path::new(path), flags, "")?;
            Ok(true)
        }
        Err(errno) => Err(errno).named("mount", path),
    }
}

fn attach(
    kind: &str,
    target: &Path,
    flags: MsFlags,
    options: &str,
) -> Result<()> {
    // Docker gives this one a name.
    let what = if kind == "shm" { "tmpfs" } else { kind };
    mount(Some(kind), target, Some(what), flags, Some(options))
        .named("mount", format!("{kind}, {}", target.display()))
}
