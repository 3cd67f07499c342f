//! A mount namespace has an identifier, `NS_GET_MNTNS_ID`, and says how many
//! mounts it has, `NS_MNT_GET_INFO`.
//!
//! Since: between 6.1 and 6.12
//! Step: 02-unshare#a-copy-of-all-mounts-mnt
//! Source: linux/nsfs.h

use std::fs::File;
use std::os::fd::AsRawFd;

/// struct mnt_ns_info.
#[repr(C)]
#[derive(Default)]
pub struct Info {
    size: u32,
    mounts: u32,
    id: u64,
}

nix::ioctl_read!(
    /// Writes the identifier of a mount namespace.
    ns_get_mntns_id, 0xb7, 5, u64
);
nix::ioctl_read!(
    /// Tells of a mount namespace.
    ns_mnt_get_info, 0xb7, 10, Info
);

fn main() -> std::io::Result<()> {
    let handle = File::open("/proc/self/ns/mnt")?;
    let fd = handle.as_raw_fd();
    let mut id = 0;
    // SAFETY: the kernel writes one number.
    if let Err(errno) = unsafe { ns_get_mntns_id(fd, &raw mut id) } {
        println!("{errno:?}");
        return Ok(());
    }
    let mut info = Info::default();
    // SAFETY: the kernel writes one structure of this size.
    unsafe { ns_mnt_get_info(fd, &raw mut info) }?;
    println!(
        "{}",
        if info.id == id {
            "both"
        } else {
            "two that differ"
        }
    );
    Ok(())
}
