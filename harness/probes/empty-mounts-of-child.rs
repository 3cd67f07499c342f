//! clone3(2) has a flag for a child in a mount namespace with one empty mount,
//! `CLONE_EMPTY_MNTNS`.
//!
//! Since: 7.1
//! Step: 07-listns#an-empty-mount-namespace
//! Source: linux/sched.h

use nix::errno::Errno;
use nix::sys::wait::wait;

const CLONE_EMPTY_MNTNS: u64 = 1 << 37;

/// struct clone_args of clone3(2).
#[repr(C)]
#[derive(Default)]
struct Arguments {
    flags: u64,
    /// Of pidfd, child_tid and parent_tid.
    places: [u64; 3],
    exit_signal: u64,
    /// Of stack, stack_size, tls, set_tid, set_tid_size and cgroup.
    rest: [u64; 6],
}

fn main() {
    let arguments = Arguments {
        flags: CLONE_EMPTY_MNTNS,
        exit_signal: libc::SIGCHLD as u64,
        ..Arguments::default()
    };
    let size = size_of::<Arguments>();
    // SAFETY: as fork(2) does, in a process with one thread.
    let pid =
        unsafe { libc::syscall(libc::SYS_clone3, &raw const arguments, size) };
    match Errno::result(pid) {
        // We are the child.
        Ok(0) if std::fs::metadata("/proc").is_err() => println!("no /proc"),
        Ok(0) => println!("/proc is there"),
        Ok(_) => drop(wait()),
        Err(errno) => println!("{errno:?}"),
    }
}
