//! A handle of a namespace: a process's link, an open file, or a bind mount.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use protocol::facts::{Kind, Namespace};

/// Returns the path of a process's handle of this type.
pub fn path(pid: i32, kind: Kind) -> String {
    format!("/proc/{pid}/ns/{kind}")
}

/// Returns the namespace behind a handle.
pub fn identity(kind: Kind, handle: &Path) -> Option<Namespace> {
    let meta = fs::metadata(handle).ok()?;
    Some(Namespace {
        kind,
        device: meta.dev(),
        inode: meta.ino(),
        cookie: 0,
    })
}

/// Returns the handles among a process's open files.
pub fn open_in(pid: i32) -> Vec<PathBuf> {
    let files = fs::read_dir(format!("/proc/{pid}/fd"));
    files
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            fs::read_link(path).is_ok_and(|target| kind_of(&target).is_some())
        })
        .collect()
}

/// Returns the type in a link's target such as `net:[4026531840]`.
fn kind_of(target: &Path) -> Option<Kind> {
    let (kind, number) = target.to_str()?.split_once(":[")?;
    number
        .ends_with(']')
        .then(|| Kind::from_name(kind))
        .flatten()
}

/// Opens a handle without blocking: something else may be mounted on it, and
/// PID 1 must not wait for the writer of a FIFO.
pub fn open(handle: &Path) -> io::Result<File> {
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    File::options().read(true).custom_flags(flags).open(handle)
}

/// Returns the namespace behind a handle that does not show its type, such as a
/// bind mount. Asks the kernel for the type (ioctl_ns(2)).
pub fn unknown_kind(path: &Path) -> Option<Namespace> {
    nix::ioctl_none_bad!(ns_get_nstype, nix::request_code_none!(0xb7, 3));
    let file = open(path).ok()?;
    let fd = std::os::fd::AsRawFd::as_raw_fd(&file);
    // SAFETY: NS_GET_NSTYPE takes no argument.
    let flag = unsafe { ns_get_nstype(fd) }.ok()?;
    let kind = match flag {
        libc::CLONE_NEWCGROUP => Kind::Cgroup,
        libc::CLONE_NEWIPC => Kind::Ipc,
        libc::CLONE_NEWNS => Kind::Mnt,
        libc::CLONE_NEWNET => Kind::Net,
        libc::CLONE_NEWPID => Kind::Pid,
        libc::CLONE_NEWTIME => Kind::Time,
        libc::CLONE_NEWUSER => Kind::User,
        libc::CLONE_NEWUTS => Kind::Uts,
        _ => return None,
    };
    identity(kind, path)
}
