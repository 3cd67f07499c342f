//! A pidfd opens the handles of its process, without `/proc`:
//! `PIDFD_GET_NET_NAMESPACE` and nine others.
//!
//! Since: between 6.1 and 6.12
//! Step: 03-set-ns#hand-one-to-the-kernel
//! Source: linux/pidfd.h

use std::process;

use nix::errno::Errno;

/// _IO(0xff, 4).
const PIDFD_GET_NET_NAMESPACE: libc::c_ulong = 0xff04;

fn main() {
    // SAFETY: the call takes numbers only.
    let pidfd =
        unsafe { libc::syscall(libc::SYS_pidfd_open, process::id(), 0) };
    // SAFETY: this ioctl takes no argument.
    let handle =
        unsafe { libc::ioctl(pidfd as i32, PIDFD_GET_NET_NAMESPACE as _, 0) };
    match Errno::result(handle) {
        Ok(_) => println!("a handle"),
        Err(errno) => println!("{errno:?}"),
    }
}
