//! Collects children of PID 1 that have ended.

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::unistd::Pid;
use protocol::ExitStatus;

/// Returns a child that has ended, or `None`. nix's waitpid(2) cannot be used:
/// it fails for a child that a real-time signal has ended, and loses that
/// child's status.
pub fn next_ended() -> Result<Option<(Pid, ExitStatus)>> {
    loop {
        let mut status = 0;
        // SAFETY: the status is written to a variable that outlives the call.
        let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG) };
        let pid = match Errno::result(pid) {
            Ok(0) | Err(Errno::ECHILD) => return Ok(None),
            Err(Errno::EINTR) => continue,
            pid => Pid::from_raw(pid.context("waitpid")?),
        };
        if libc::WIFEXITED(status) {
            let code = u8::try_from(libc::WEXITSTATUS(status))?;
            return Ok(Some((pid, ExitStatus::Code(code))));
        }
        if libc::WIFSIGNALED(status) {
            let signal = u8::try_from(libc::WTERMSIG(status))?;
            return Ok(Some((pid, ExitStatus::Signal(signal))));
        }
    }
}
