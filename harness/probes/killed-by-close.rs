//! clone3(2) makes a child that is killed when the last copy of its descriptor
//! is closed: `CLONE_PIDFD_AUTOKILL`.
//!
//! Since: 7.1
//! Step: 07-listns#a-container-that-is-a-descriptor
//! Source: linux/sched.h

use nix::errno::Errno;
use nix::unistd::{close, pause, pipe, read};

const CLONE_PIDFD: u64 = 0x1000;
const CLONE_AUTOREAP: u64 = 1 << 34;
const CLONE_PIDFD_AUTOKILL: u64 = 1 << 36;

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

fn main() -> nix::Result<()> {
    let mut pidfd = -1_i32;
    // The pipe ends when nobody holds its second end: with the child.
    let (ends, held) = pipe()?;
    let arguments = Arguments {
        flags: CLONE_PIDFD | CLONE_AUTOREAP | CLONE_PIDFD_AUTOKILL,
        places: [(&raw mut pidfd).addr() as u64, 0, 0],
        ..Arguments::default()
    };
    let size = size_of::<Arguments>();
    // SAFETY: as fork(2) does, in a process with one thread.
    let pid =
        unsafe { libc::syscall(libc::SYS_clone3, &raw const arguments, size) };
    match Errno::result(pid) {
        // We are the child, and would wait for ever.
        Ok(0) => pause(),
        Ok(_) => {
            drop(held);
            close(pidfd)?;
            read(&ends, &mut [0])?;
            println!("killed");
        }
        Err(errno) => println!("{errno:?}"),
    }
    Ok(())
}
