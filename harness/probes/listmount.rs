//! listmount(2) lists mounts without `/proc`, those of another mount namespace
//! too.
//!
//! Since: between 6.1 and 6.12
//! Step: 02-unshare#a-copy-of-all-mounts-mnt
//! Source: linux/mount.h

use std::fs::File;
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};

nix::ioctl_read!(
    /// Writes the identifier of a mount namespace.
    ns_get_mntns_id, 0xb7, 5, u64
);

/// Number of the system call, which the C library has no function for.
const LISTMOUNT: libc::c_long = 458;

/// The root of a namespace, whatever its identifier is.
const LSMT_ROOT: u64 = u64::MAX;

/// struct mnt_id_req.
#[repr(C)]
struct Request {
    size: u32,
    spare: u32,
    mount: u64,
    after: u64,
    namespace: u64,
}

fn main() -> std::io::Result<()> {
    let handle = File::open("/proc/self/ns/mnt")?;
    let mut namespace = 0;
    // SAFETY: the kernel writes one number.
    let _ = unsafe { ns_get_mntns_id(handle.as_raw_fd(), &raw mut namespace) };
    // The one that is asked for is another one from here on.
    unshare(CloneFlags::CLONE_NEWNS)?;
    let request = Request {
        size: 32,
        spare: 0,
        mount: LSMT_ROOT,
        after: 0,
        namespace,
    };
    let mut mounts = [0_u64; 256];
    // SAFETY: the kernel reads one request, and writes at most 256 numbers.
    let count = unsafe {
        libc::syscall(
            LISTMOUNT,
            &raw const request,
            &raw mut mounts,
            mounts.len(),
            0,
        )
    };
    match Errno::result(count) {
        Ok(_) => println!("lists them"),
        Err(errno) => println!("{errno:?}"),
    }
    Ok(())
}
