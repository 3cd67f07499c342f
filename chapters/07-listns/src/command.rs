//! The command: its signals are our caller's.
//!
//! A signal that is ignored stays ignored over exec(3). But Rust ignores
//! SIGPIPE before `main` begins, and forgets what was there. So we look before
//! Rust does: the C library first calls whatever stands in `.init_array`.

use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use libc::{SIG_DFL, SIG_IGN, SIGPIPE, sighandler_t};
use nix::errno::Errno;
use nix::unistd::execvp;

/// Our caller's way with a broken pipe: SIG_DFL or SIG_IGN.
static BROKEN_PIPE: AtomicUsize = AtomicUsize::new(SIG_DFL);

#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = ask;

extern "C" fn ask() {
    BROKEN_PIPE.store(on(SIGPIPE, SIG_IGN), Relaxed);
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
