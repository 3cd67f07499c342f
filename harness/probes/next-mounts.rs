//! From one mount namespace a program goes on to the next, without a process
//! that is a member: `NS_MNT_GET_NEXT`.
//!
//! Since: between 6.1 and 6.12
//! Source: linux/nsfs.h

use std::fs::File;
use std::os::fd::AsRawFd;

use nix::sched::{CloneFlags, unshare};

/// struct mnt_ns_info.
#[repr(C)]
#[derive(Default)]
pub struct Info {
    size: u32,
    mounts: u32,
    id: u64,
}

nix::ioctl_read!(
    /// Opens the mount namespace that comes next.
    ns_mnt_get_next, 0xb7, 11, Info
);

fn main() -> std::io::Result<()> {
    let handle = File::open("/proc/self/ns/mnt")?;
    // A namespace that comes after ours in the kernel's list.
    unshare(CloneFlags::CLONE_NEWNS)?;
    let mut next = Info::default();
    // SAFETY: the kernel writes one structure of this size.
    match unsafe { ns_mnt_get_next(handle.as_raw_fd(), &raw mut next) } {
        Ok(_) => println!("a descriptor"),
        Err(errno) => println!("{errno:?}"),
    }
    Ok(())
}
