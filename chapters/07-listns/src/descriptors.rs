//! Descriptors of other processes: handles of namespaces, and sockets.

use std::fs::{self, File};
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::fs::MetadataExt;

use libc::{SYS_pidfd_getfd, SYS_pidfd_open, c_int, c_long, ioctl, syscall};

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
/// does not name that namespace: the socket itself must be asked, so we take a
/// copy of the descriptor. It takes the right to trace the process (ptrace(2)),
/// and CAP_NET_ADMIN in the namespace.
pub fn network(pid: i32, fd: i32) -> Option<(u64, File)> {
    // SAFETY: this call takes no pointer.
    let process = unsafe { syscall(SYS_pidfd_open, pid, 0) };
    let process = opened(process)?;
    // SAFETY: this call takes no pointer.
    let socket =
        unsafe { syscall(SYS_pidfd_getfd, process.as_raw_fd(), fd, 0) };
    let socket = opened(socket)?;
    // SAFETY: this ioctl takes no pointer, and the descriptor is open.
    let network = unsafe { ioctl(socket.as_raw_fd(), SIOCGSKNS as _) };
    let network = opened(c_long::from(network))?;
    Some((network.metadata().ok()?.ino(), network))
}

/// Takes what a call has opened; the call sets FD_CLOEXEC, as all these do.
fn opened(fd: c_long) -> Option<File> {
    let fd = c_int::try_from(fd).ok().filter(|&fd| fd >= 0)?;
    // SAFETY: the kernel has just opened it for us.
    Some(unsafe { File::from_raw_fd(fd) })
}
