//! The child in another PID namespace: we wait, and its status is ours.

use std::process::ExitCode;

use libc::{SIG_DFL, SIGCHLD, WEXITSTATUS, WIFEXITED, WTERMSIG};
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::Pid;

/// A caller that ignores SIGCHLD hands that down. The kernel then forgets how
/// our child ended, and there is nothing to wait for (wait(2), ECHILD).
pub fn will_be_waited_for() {
    // SAFETY: SIG_DFL runs no code of ours.
    unsafe { libc::signal(SIGCHLD, SIG_DFL) };
}

/// Waits for the child, and passes its status on. Ctrl-C is sent to both of us,
/// and is for the command to answer.
pub fn wait_for(child: Pid) -> ExitCode {
    let _ = SigSet::from(Signal::SIGINT).thread_block();
    ExitCode::from(status_of(child))
}

/// Waits for the child, and returns its status as a shell shows it. nix's
/// waitpid(2) knows no real-time signals, which end a process as well.
fn status_of(child: Pid) -> u8 {
    let mut status = libc::W_EXITCODE(1, 0);
    // SAFETY: the status is written to a variable that outlives the call.
    unsafe { libc::waitpid(child.as_raw(), &raw mut status, 0) };
    if WIFEXITED(status) {
        return WEXITSTATUS(status) as u8;
    }
    128 + WTERMSIG(status) as u8
}
