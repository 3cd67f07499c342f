//! unshare(2) has a flag for a mount namespace with one empty mount,
//! `UNSHARE_EMPTY_MNTNS`.
//!
//! Since: 7.1
//! Step: 07-listns#which-release-brought-what
//! Source: linux/sched.h

use nix::errno::Errno;

const UNSHARE_EMPTY_MNTNS: libc::c_int = 0x0010_0000;

fn main() {
    // SAFETY: this process has one thread.
    let moved = unsafe { libc::unshare(UNSHARE_EMPTY_MNTNS) };
    match Errno::result(moved) {
        // Nothing is left to read /proc/self/mountinfo from.
        Ok(_) if std::fs::metadata("/proc").is_err() => println!("no /proc"),
        Ok(_) => println!("/proc is there"),
        Err(errno) => println!("{errno:?}"),
    }
}
