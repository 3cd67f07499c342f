//! A namespace is opened by its identifier alone, without a process that is a
//! member.
//!
//! Since: 6.19
//! Step: 07-listns#joining-what-no-process-is-in
//! Source: open_by_handle_at(2)

use std::fs::File;
use std::os::fd::AsRawFd;

nix::ioctl_read!(
    /// Writes the identifier of a namespace.
    ns_get_id, 0xb7, 13, u64
);

/// struct file_handle, with the handle of a namespace in it.
#[repr(C)]
struct Handle {
    bytes: u32,
    kind: i32,
    id: u64,
    /// The type and the number of the inode: 0 says that we do not know them.
    kind_of_namespace: u32,
    inode: u32,
}

/// In place of a mount: the file system of all namespaces.
const FD_NSFS_ROOT: libc::c_int = -10003;

fn main() -> std::io::Result<()> {
    let uts = File::open("/proc/self/ns/uts")?;
    let mut handle = Handle {
        bytes: 16,
        kind: 0xf1,
        id: 0,
        kind_of_namespace: 0,
        inode: 0,
    };
    // SAFETY: the kernel writes one number.
    let _ = unsafe { ns_get_id(uts.as_raw_fd(), &raw mut handle.id) };
    let place = (&raw mut handle).cast();
    // SAFETY: the kernel reads a head of 8 bytes, and the 16 that it tells of.
    let fd =
        unsafe { libc::open_by_handle_at(FD_NSFS_ROOT, place, libc::O_RDONLY) };
    println!("{}", if fd < 0 { "not opened" } else { "opened" });
    Ok(())
}
