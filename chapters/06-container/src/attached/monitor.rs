//! monitor - what stays when the command has gone: `container run -d`
//!
//! A container needs somebody who waits for it, keeps its log, serves its
//! ports and cleans up after it. That is the command in the foreground; or a
//! copy of it that has left the terminal. There is one for each container,
//! and nobody above them.
//!
//! See: fork(2), setsid(2)

use std::fs::OpenOptions;
use std::os::fd::RawFd;
use std::process::exit;

use nix::unistd::{
    ForkResult, chdir, close, dup2_stderr, dup2_stdin, dup2_stdout, fork,
    setsid,
};

use crate::error::{Named, Result};
use crate::files::store;
use crate::kernel::channel::Channel;

/// Lives on, in a copy of us. We wait until the container has started.
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
            let status = leave_the_caller().and_then(|()| life(theirs));
            exit(status.unwrap_or(1).into())
        }
    }
}

/// Has something done that nobody need wait for.
pub fn after_us(act: impl FnOnce() -> Result<()>) -> Result<()> {
    // SAFETY: the child needs nothing that another thread may be holding.
    match unsafe { fork() }.named("fork", "monitor")? {
        ForkResult::Parent { .. } => Ok(()),
        ForkResult::Child => {
            let result = leave_the_caller().and_then(|()| act());
            exit(result.is_err().into())
        }
    }
}

/// Closes what whoever started us may wait for, and leaves its session and its
/// folder.
fn leave_the_caller() -> Result<()> {
    setsid().named("setsid", "")?;
    chdir("/").named("chdir", "/")?;
    let mut options = OpenOptions::new();
    let null = options.read(true).write(true).open("/dev/null");
    let null = null.named("open", "/dev/null")?;
    dup2_stdin(&null).named("dup2", "stdin")?;
    dup2_stdout(&null).named("dup2", "stdout")?;
    dup2_stderr(&null).named("dup2", "stderr")?;
    close_what_was_handed_to_us()
}

/// What is ours, exec would close. So all that it would not close has come to
/// us with exec: a pipe somebody reads to its end, or a lock.
fn close_what_was_handed_to_us() -> Result<()> {
    for name in store::names("/proc/self/fd")? {
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
