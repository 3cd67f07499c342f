//! The supervisor of a stage: starts PID 1, waits for the first end of
//! anything, and removes everything.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::setsid;

use super::birth::{self, Child};
use super::cgroup::Cgroup;
use super::inside;
use super::outcome::{NO_MEMORY, UNAVAILABLE, refuse, status_of};

/// Runs a stage to its end and returns the status of its PID 1. Standard input
/// and output are the stage's stream.
pub fn run(cgroup: &Cgroup, archives: &[File]) -> i32 {
    // The signals of the terminal and of a process group do not come here.
    let _ = setsid();
    let status = stage(cgroup, archives);
    let removed = cgroup.remove().context("the cgroup of the stage");
    match status.and_then(|status| removed.map(|()| status)) {
        Ok(status) => status.into(),
        Err(error) => {
            refuse(&format!("{error:#}"));
            UNAVAILABLE.into()
        }
    }
}

fn stage(cgroup: &Cgroup, archives: &[File]) -> Result<u8> {
    // For the children alone: a process keeps these two namespaces.
    let time = CloneFlags::from_bits_retain(libc::CLONE_NEWTIME);
    let of_children = CloneFlags::CLONE_NEWPID | time;
    unshare(of_children).context("unshare(pid, time)")?;
    let (orphaned, alive) = io::pipe().context("pipe")?;
    let folder = cgroup.open()?;
    let Some(Child { pid, handle }) = birth::fork_into(&folder)? else {
        drop(alive);
        let Err(error) = inside::become_init(archives, orphaned);
        refuse(&format!("{error:#}"));
        std::process::exit(UNAVAILABLE.into());
    };
    drop(orphaned);
    wait_for_an_end(&handle)?;
    // PID 1 takes everything in its PID namespace with it.
    let _ = kill(pid, Signal::SIGKILL);
    let status = waitpid(pid, None).context("waitpid")?;
    drop(alive);
    let killed = matches!(status, WaitStatus::Signaled(_, Signal::SIGKILL, _));
    if killed && cgroup.has_run_out_of_memory() {
        return Ok(NO_MEMORY);
    }
    Ok(status_of(status))
}

/// Waits until PID 1 has ended, or the stream has closed: the harness has ended
/// the stage, or the program that makes stages has ended.
fn wait_for_an_end(pid_1: &OwnedFd) -> Result<()> {
    let stdin = io::stdin();
    let mut fds = [
        PollFd::new(pid_1.as_fd(), PollFlags::POLLIN),
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
