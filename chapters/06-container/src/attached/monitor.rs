//! monitor - the process that stays when the command returns: `run -d`
//!
//! A container needs an owner that waits for it, keeps its log, serves its
//! ports and cleans up after it. The owner is the command in the foreground, or
//! a copy of the command that has left the terminal. Each container has one of
//! its own, and nothing is above the owners.
//!
//! See: fork(2), setsid(2)

use std::fs::OpenOptions;
use std::io::{stderr, stdin, stdout};
use std::os::fd::{AsFd, RawFd};
use std::process::exit;

use nix::unistd::{
    ForkResult, chdir, close, dup2_stderr, dup2_stdin, dup2_stdout, fork,
    setsid,
};

use crate::error::{Named, Result};
use crate::files::folder;
use crate::kernel::channel::Channel;
use crate::kernel::descriptors;

/// Has `life` lived in a copy of this process, and waits until the container
/// has started.
pub fn detach(life: impl FnOnce(Channel) -> Result<u8>) -> Result<u8> {
    let (mut ours, theirs) = Channel::pair()?;
    // SAFETY: we have one thread, and the child has a copy of our memory.
    match unsafe { fork() }.named("fork", "monitor")? {
        ForkResult::Parent { .. } => {
            // The claim is the monitor's alone.
            drop((theirs, life));
            ours.wait_for_word().map(|()| 0)
        }
        ForkResult::Child => {
            // In the monitor.
            drop(ours);
            let left =
                leave_the_caller().and_then(|()| close_what_was_handed_to_us());
            let status = left.and_then(|()| life(theirs));
            exit(status.unwrap_or(1).into())
        }
    }
}

/// Has work done in a copy of this process, for which nobody need wait. The
/// copy has no descriptor of ours.
pub fn after_us(act: impl FnOnce() -> Result<()>) -> Result<()> {
    // SAFETY: the child needs nothing that another thread may be holding.
    match unsafe { fork() }.named("fork", "monitor")? {
        ForkResult::Parent { .. } => Ok(()),
        ForkResult::Child => {
            let stdin = stdin();
            let stdout = stdout();
            let stderr = stderr();
            let null = [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()];
            let left = leave_the_caller()
                .and_then(|()| descriptors::close_all_but(&null));
            let result = left.and_then(|()| act());
            exit(result.is_err().into())
        }
    }
}

/// Leaves the caller's session and folder, and its input and output.
fn leave_the_caller() -> Result<()> {
    setsid().named("setsid", "")?;
    chdir("/").named("chdir", "/")?;
    let mut options = OpenOptions::new();
    let null = options.read(true).write(true).open("/dev/null");
    let null = null.named("open", "/dev/null")?;
    dup2_stdin(&null).named("dup2", "stdin")?;
    dup2_stdout(&null).named("dup2", "stdout")?;
    dup2_stderr(&null).named("dup2", "stderr")
}

/// Closes the descriptors that came with execve(2): a pipe that somebody reads
/// to its end, or a lock. Our own are those that execve(2) would close.
fn close_what_was_handed_to_us() -> Result<()> {
    for name in folder::names("/proc/self/fd")? {
        let Ok(fd) = name.parse::<RawFd>() else {
            continue;
        };
        // SAFETY: F_GETFD takes no pointer; a number that is closed is refused.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
        if fd > 2 && flags == 0 {
            close(fd).named("close", fd)?;
        }
    }
    Ok(())
}
