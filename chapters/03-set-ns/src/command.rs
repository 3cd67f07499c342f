//! The command: its signals are our caller's, and its status is ours.
//!
//! A signal that is ignored stays ignored over exec(3). But Rust ignores
//! SIGPIPE before `main` begins, and forgets what was there. So we look before
//! Rust does: the C library first calls whatever stands in `.init_array`.

use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use libc::{SIG_DFL, SIG_IGN, SIGCHLD, SIGPIPE, sighandler_t};
use libc::{WEXITSTATUS, WIFEXITED, WTERMSIG};
use nix::errno::Errno;
use nix::unistd::{Pid, execvp};

/// Our caller's way with a broken pipe: SIG_DFL or SIG_IGN.
static BROKEN_PIPE: AtomicUsize = AtomicUsize::new(SIG_DFL);

#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = ask;

extern "C" fn ask() {
    BROKEN_PIPE.store(on(SIGPIPE, SIG_IGN), Relaxed);
}

/// A caller that ignores SIGCHLD hands that down. The kernel then forgets how
/// our child ended, and there is nothing to wait for (wait(2), ECHILD).
pub fn will_be_waited_for() {
    on(SIGCHLD, SIG_DFL);
}

/// Waits for the child, and returns its status as a shell shows it. nix's
/// waitpid(2) knows no real-time signals, which end a process as well.
pub fn status_of(child: Pid) -> u8 {
    let mut status = libc::W_EXITCODE(1, 0);
    // SAFETY: the status is written to a variable that outlives the call.
    unsafe { libc::waitpid(child.as_raw(), &raw mut status, 0) };
    if WIFEXITED(status) {
        return WEXITSTATUS(status) as u8;
    }
    128 + WTERMSIG(status) as u8
}

/// Becomes the command, or tells why not.
pub fn execute(words: &[OsString]) -> Errno {
    let c_string = |word: &OsString| CString::new(word.as_bytes());
    let words = words.iter().map(c_string).collect::<Result<Vec<_>, _>>();
    let words = words.expect("NUL ends a word, and is in none");
    on(SIGPIPE, BROKEN_PIPE.load(Relaxed));
    let Err(errno) = execvp(&words[0], &words);
    errno
}

/// Sets what is done on a signal, and returns what was done before.
fn on(signal: i32, action: sighandler_t) -> sighandler_t {
    // SAFETY: SIG_DFL and SIG_IGN run no code of ours.
    unsafe { libc::signal(signal, action) }
}
