//! clone3(2) makes a child that gains no privilege by execve(2), from its first
//! moment: `CLONE_NNP`.
//!
//! Since: 7.1
//! Source: linux/sched.h

use nix::errno::Errno;
use nix::sys::prctl::get_no_new_privs;
use nix::sys::wait::wait;

const CLONE_NNP: u64 = 1 << 35;

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
        flags: CLONE_NNP,
        exit_signal: libc::SIGCHLD as u64,
        ..Arguments::default()
    };
    let size = size_of::<Arguments>();
    // SAFETY: as fork(2) does, in a process with one thread.
    let pid =
        unsafe { libc::syscall(libc::SYS_clone3, &raw const arguments, size) };
    match Errno::result(pid) {
        // We are the child.
        Ok(0) if get_no_new_privs() == Ok(true) => println!("none to gain"),
        Ok(0) => println!("as before"),
        Ok(_) => drop(wait()),
        Err(errno) => println!("{errno:?}"),
    }
}
