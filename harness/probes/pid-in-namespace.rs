//! A PID is translated into another PID namespace by an ioctl on its handle:
//! `NS_GET_PID_IN_PIDNS`.
//!
//! Since: between 6.1 and 6.12
//! Step: 02-unshare#a-child-that-is-pid-1
//! Source: linux/nsfs.h

use std::fs::File;
use std::os::fd::AsRawFd;

use nix::errno::Errno;

/// _IOR(0xb7, 8, int): the PID is the argument itself.
const NS_GET_PID_IN_PIDNS: libc::c_ulong = 0x8004_b708;

fn main() -> std::io::Result<()> {
    let handle = File::open("/proc/1/ns/pid")?;
    let fd = handle.as_raw_fd();
    // SAFETY: the kernel writes nothing.
    let pid = unsafe { libc::ioctl(fd, NS_GET_PID_IN_PIDNS as _, 1) };
    match Errno::result(pid) {
        Ok(pid) => println!("{pid}"),
        Err(errno) => println!("{errno:?}"),
    }
    Ok(())
}
