//! A handle for a namespace, opened by nothing but the identifier.

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd};

use libc::{CLONE_NEWPID, NS_GET_NSTYPE, O_CLOEXEC, O_RDONLY};
use libc::{SYS_open_by_handle_at, c_int, ioctl, syscall};
use nix::errno::Errno;
use nix::sys::stat::fstat;

/// The root of all namespaces, in place of a descriptor (linux/fcntl.h).
const FD_NSFS_ROOT: c_int = -10003;

/// Type of a handle whose content is [`NsfsHandle`] (linux/exportfs.h).
const FILEID_NSFS: c_int = 0xf1;

/// File handle: `struct file_handle` of open_by_handle_at(2), and in it
/// `struct nsfs_file_handle` of linux/nsfs.h.
#[repr(C)]
struct NsfsHandle {
    handle_bytes: u32,
    handle_type: c_int,
    ns_id: u64,
    /// Flag CLONE_NEW* and inode number; with 0 and 0 the kernel does not
    /// compare them, since Linux 6.19.
    ns_type: u32,
    ns_inum: u32,
}

/// Opens a namespace. No process is named, no path, and no mount of /proc: the
/// right to see the namespace is enough. To join it takes more.
pub fn open(id: u64) -> Result<File, Errno> {
    let handle = NsfsHandle {
        handle_bytes: 16,
        handle_type: FILEID_NSFS,
        ns_id: id,
        ns_type: 0,
        ns_inum: 0,
    };
    let flags = O_RDONLY | O_CLOEXEC;
    // SAFETY: the handle outlives the call, and has the size that it says.
    let fd = unsafe {
        syscall(
            SYS_open_by_handle_at,
            FD_NSFS_ROOT,
            &raw const handle,
            flags,
        )
    };
    let fd = Errno::result(fd)? as c_int;
    // SAFETY: the kernel has just opened it for us.
    Ok(unsafe { File::from_raw_fd(fd) })
}

/// Returns the number that /proc/PID/ns has in brackets.
pub fn inode(namespace: &File) -> Result<u64, Errno> {
    Ok(fstat(namespace)?.st_ino as u64)
}

/// Whether a handle is of the type pid, which takes only children.
pub fn is_pid(namespace: &File) -> bool {
    // SAFETY: this ioctl takes no pointer, and the descriptor is open.
    let kind = unsafe { ioctl(namespace.as_raw_fd(), NS_GET_NSTYPE) };
    kind == CLONE_NEWPID
}
