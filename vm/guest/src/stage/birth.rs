//! Births of processes: fork(2) with a descriptor of the child, which tells its
//! end to poll(2).

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::unistd::Pid;

/// A child of this process.
pub struct Child {
    /// PID of the child.
    pub pid: Pid,
    /// Descriptor of the child: readable when the child has ended
    /// (pidfd_open(2)). exec closes it.
    pub handle: OwnedFd,
}

/// The argument of clone3(2): `struct clone_args` of linux/sched.h.
#[repr(C)]
#[derive(Default)]
struct CloneArgs {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
}

/// From linux/sched.h: flags of clone3(2).
const CLONE_PIDFD: u64 = 0x1000;
const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;

/// Like fork(2). Returns nothing in the child.
pub fn fork() -> Result<Option<Child>> {
    clone(CloneArgs::default()).context("clone3")
}

/// Like [`fork`]; but the child is born in a cgroup. To write its PID to
/// `cgroup.procs` afterwards may cost 10 ms.
pub fn fork_into(cgroup: &File) -> Result<Option<Child>> {
    let arguments = CloneArgs {
        flags: CLONE_INTO_CGROUP,
        cgroup: u64::try_from(cgroup.as_raw_fd())?,
        ..CloneArgs::default()
    };
    clone(arguments).context("clone3(CLONE_INTO_CGROUP)")
}

fn clone(mut arguments: CloneArgs) -> Result<Option<Child>> {
    let mut handle: RawFd = -1;
    arguments.flags |= CLONE_PIDFD;
    arguments.pidfd = (&raw mut handle) as u64;
    arguments.exit_signal = Signal::SIGCHLD as u64;
    // SAFETY: the arguments outlive the call, and this process has one thread.
    let pid = unsafe {
        libc::syscall(
            libc::SYS_clone3,
            &raw mut arguments,
            size_of::<CloneArgs>(),
        )
    };
    let pid = Errno::result(pid)?;
    if pid == 0 {
        return Ok(None);
    }
    // SAFETY: the kernel has just made this descriptor for us.
    let handle = unsafe { OwnedFd::from_raw_fd(handle) };
    let pid = Pid::from_raw(i32::try_from(pid)?);
    Ok(Some(Child { pid, handle }))
}
