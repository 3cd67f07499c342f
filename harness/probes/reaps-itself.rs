//! clone3(2) makes a child that leaves no zombie: nobody has to wait for it,
//! `CLONE_AUTOREAP`.
//!
//! Since: 7.1
//! Step: 07-listns#a-container-that-is-a-descriptor
//! Source: linux/sched.h

use nix::errno::Errno;
use nix::sys::wait::wait;

const CLONE_AUTOREAP: u64 = 1 << 34;

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
        flags: CLONE_AUTOREAP,
        ..Arguments::default()
    };
    let size = size_of::<Arguments>();
    // SAFETY: as fork(2) does, in a process with one thread.
    let pid =
        unsafe { libc::syscall(libc::SYS_clone3, &raw const arguments, size) };
    match Errno::result(pid) {
        // We are the child, and end.
        Ok(0) => {}
        Ok(_) => match wait() {
            Err(errno) => println!("wait: {errno:?}"),
            Ok(_) => println!("a zombie"),
        },
        Err(errno) => println!("{errno:?}"),
    }
}
