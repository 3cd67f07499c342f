//! A process names itself without a descriptor: `PIDFD_SELF`, in
//! pidfd_send_signal(2).
//!
//! Since: between 6.12 and 6.16
//! Source: linux/fcntl.h

use nix::errno::Errno;

const PIDFD_SELF: libc::c_int = -10000;

fn main() {
    // SAFETY: signal 0 is sent to nobody.
    let sent = unsafe {
        libc::syscall(libc::SYS_pidfd_send_signal, PIDFD_SELF, 0, 0, 0)
    };
    match Errno::result(sent) {
        Ok(_) => println!("taken"),
        Err(errno) => println!("{errno:?}"),
    }
}
