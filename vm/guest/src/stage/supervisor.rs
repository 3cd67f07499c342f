//! The supervisor of a stage: starts PID 1, waits for the first end of
//! anything, and removes everything.

use std::fs::File;
use std::io::{self, PipeReader};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::{Pid, setsid};

use super::cgroup::Cgroup;
use super::inside;
use super::outcome::{UNAVAILABLE, refuse, status_of};

/// Runs a stage to its end and returns the status of its PID 1. `ended` is a
/// pipe that closes with the process that was started.
pub fn run(cgroup: Cgroup, archives: Vec<File>, ended: &PipeReader) -> i32 {
    // The signals of the terminal and of a process group do not come here.
    let _ = setsid();
    let status = stage(&cgroup, archives, ended);
    let removed = cgroup.remove().context("the cgroup of the stage");
    match status.and_then(|status| removed.map(|()| status)) {
        Ok(status) => status.into(),
        Err(error) => {
            refuse(&format!("{error:#}"));
            UNAVAILABLE.into()
        }
    }
}

fn stage(
    cgroup: &Cgroup,
    archives: Vec<File>,
    ended: &PipeReader,
) -> Result<u8> {
    // For the children alone: a process keeps these two namespaces.
    let time = CloneFlags::from_bits_retain(libc::CLONE_NEWTIME);
    let of_children = CloneFlags::CLONE_NEWPID | time;
    unshare(of_children).context("unshare(pid, time)")?;
    let (orphaned, alive) = io::pipe().context("pipe")?;
    let folder = cgroup.open()?;
    let Some((pid_1, handle)) = clone_into(&folder)? else {
        drop(alive);
        let Err(error) = inside::become_init(archives, orphaned);
        refuse(&format!("{error:#}"));
        std::process::exit(UNAVAILABLE.into());
    };
    drop((orphaned, archives));
    wait_for_an_end(&handle, ended)?;
    // PID 1 takes everything in its PID namespace with it.
    let _ = kill(pid_1, Signal::SIGKILL);
    let status = waitpid(pid_1, None).context("waitpid")?;
    drop(alive);
    Ok(status_of(status))
}

/// Waits until PID 1 has ended, the process that was started has ended, or the
/// harness has closed the stream.
fn wait_for_an_end(pid_1: &OwnedFd, ended: &PipeReader) -> Result<()> {
    let stdin = io::stdin();
    let mut fds = [
        PollFd::new(pid_1.as_fd(), PollFlags::POLLIN),
        PollFd::new(ended.as_fd(), PollFlags::POLLIN),
        // Only the end: PID 1 reads what comes.
        PollFd::new(stdin.as_fd(), PollFlags::empty()),
    ];
    loop {
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => {}
            result => return result.map(drop).context("poll"),
        }
    }
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

/// Like fork(2); but the child is born in a cgroup. To write its PID to
/// `cgroup.procs` afterwards may cost 10 ms. Returns nothing in the child.
fn clone_into(cgroup: &File) -> Result<Option<(Pid, OwnedFd)>> {
    let mut handle: RawFd = -1;
    let mut arguments = CloneArgs {
        flags: CLONE_INTO_CGROUP | CLONE_PIDFD,
        pidfd: (&raw mut handle) as u64,
        exit_signal: Signal::SIGCHLD as u64,
        cgroup: u64::try_from(cgroup.as_raw_fd())?,
        ..CloneArgs::default()
    };
    // SAFETY: the arguments outlive the call, and this process has one thread.
    let pid = unsafe {
        libc::syscall(
            libc::SYS_clone3,
            &raw mut arguments,
            size_of::<CloneArgs>(),
        )
    };
    let pid = Errno::result(pid).context("clone3(CLONE_INTO_CGROUP)")?;
    if pid == 0 {
        return Ok(None);
    }
    // SAFETY: the kernel has just made this descriptor for us.
    let handle = unsafe { OwnedFd::from_raw_fd(handle) };
    Ok(Some((Pid::from_raw(i32::try_from(pid)?), handle)))
}
