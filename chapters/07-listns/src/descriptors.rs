//! Descriptors of other processes: handles of namespaces, and sockets.

use std::fs::{self, File};
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::fs::MetadataExt;

use libc::{NS_GET_PARENT, SYS_pidfd_getfd, SYS_pidfd_open};
use libc::{c_int, c_long, ioctl, syscall};

use crate::handle;
use crate::kind;

/// Request for the network namespace of a socket (linux/sockios.h).
const SIOCGSKNS: u32 = 0x894c;

/// Descriptor that holds a namespace, or may.
pub enum Descriptor {
    /// Handle of the namespace with this inode number.
    Namespace(u64),
    Socket,
}

/// Returns the descriptors of a process that hold a namespace, or may.
pub fn of(pid: i32) -> Vec<(i32, Descriptor)> {
    let folder = fs::read_dir(format!("/proc/{pid}/fd"));
    let entries = folder.into_iter().flatten().flatten();
    let descriptor = |entry: fs::DirEntry| {
        let fd = entry.file_name().to_str()?.parse().ok()?;
        let link = fs::read_link(entry.path()).ok()?;
        let link = link.to_str()?;
        if link.starts_with("socket:[") {
            return Some((fd, Descriptor::Socket));
        }
        Some((fd, Descriptor::Namespace(kind::inode(link)?)))
    };
    entries.filter_map(descriptor).collect()
}

/// Opens the network namespace that a socket of a process was made in. /proc
/// does not name that namespace: the socket itself must be asked. It takes
/// CAP_NET_ADMIN in the namespace.
pub fn network(pid: i32, fd: i32) -> Option<(u64, File)> {
    answer(&copy(pid, fd)?, SIOCGSKNS)
}

/// Opens the PID namespaces above the one whose handle a process has open, from
/// its parent on; nothing above our own.
pub fn parents(pid: i32, fd: i32) -> Vec<(u64, File)> {
    let mut parents: Vec<(u64, File)> = Vec::new();
    let Some(handle) = copy(pid, fd).filter(handle::is_pid) else {
        return parents;
    };
    let parent = |of: &File| answer(of, NS_GET_PARENT as u32);
    let mut next = parent(&handle);
    while let Some(found) = next {
        next = parent(&found.1);
        parents.push(found);
    }
    parents
}

/// Takes a copy of a descriptor, which takes the right to trace the process
/// (ptrace(2)).
fn copy(pid: i32, fd: i32) -> Option<File> {
    // SAFETY: this call takes no pointer.
    let process = unsafe { syscall(SYS_pidfd_open, pid, 0) };
    let process = opened(process)?;
    // SAFETY: this call takes no pointer.
    let copy = unsafe { syscall(SYS_pidfd_getfd, process.as_raw_fd(), fd, 0) };
    opened(copy)
}

/// Asks for a handle of another namespace, and its inode number.
fn answer(of: &File, request: u32) -> Option<(u64, File)> {
    // SAFETY: this ioctl takes no pointer, and the descriptor is open.
    let handle = unsafe { ioctl(of.as_raw_fd(), request as _) };
    let handle = opened(c_long::from(handle))?;
    Some((handle.metadata().ok()?.ino(), handle))
}

/// Takes what a call has opened; the call sets FD_CLOEXEC, as all these do.
fn opened(fd: c_long) -> Option<File> {
    let fd = c_int::try_from(fd).ok().filter(|&fd| fd >= 0)?;
    // SAFETY: the kernel has just opened it for us.
    Some(unsafe { File::from_raw_fd(fd) })
}
