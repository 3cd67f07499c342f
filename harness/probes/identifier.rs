//! A namespace has an identifier, which no other is ever given: `NS_GET_ID`.
//!
//! Since: 6.18
//! Step: 07-listns#a-number-that-is-never-used-again
//! Source: linux/nsfs.h

use std::fs::File;
use std::os::fd::AsRawFd;

nix::ioctl_read!(
    /// Writes the identifier of a namespace.
    ns_get_id, 0xb7, 13, u64
);

fn main() -> std::io::Result<()> {
    let handle = File::open("/proc/self/ns/uts")?;
    let mut id = 0;
    // SAFETY: the kernel writes one number.
    match unsafe { ns_get_id(handle.as_raw_fd(), &raw mut id) } {
        Ok(_) => println!("an identifier"),
        Err(errno) => println!("{errno:?}"),
    }
    Ok(())
}
