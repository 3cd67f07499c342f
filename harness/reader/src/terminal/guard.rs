//! A process that restores the terminal's mode when this process cannot.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};

use nix::libc;
use nix::sys::signal::{SigSet, SigmaskHow, sigprocmask};
use nix::sys::termios::Termios;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, pipe, setpgid};

/// A second process that watches this one. SIGKILL leaves no time to restore a
/// terminal; the second process then sees its end of a pipe close.
pub struct Guard {
    process: Pid,
    pipe: File,
}

impl Guard {
    /// Starts the second process. When this process is gone, the second one
    /// writes `last_words` to standard output and sets the mode of standard
    /// input's terminal.
    pub fn begin(mode: &Termios, last_words: &[u8]) -> io::Result<Self> {
        let mode: libc::termios = mode.clone().into();
        let (watched, pipe) = pipe()?;
        // SAFETY: the child makes system calls and nothing else: no memory
        // is allocated, no lock taken that another thread may have held.
        match unsafe { fork() }? {
            ForkResult::Child => {
                drop(pipe);
                watch(&watched, &mode, last_words)
            }
            ForkResult::Parent { child } => Ok(Self {
                process: child,
                pipe: pipe.into(),
            }),
        }
    }

    /// Ends the second process: the terminal has been restored and belongs to
    /// the caller again.
    pub fn dismiss(&self) {
        // If the second process has already ended, the write fails, and that is
        // fine.
        let _ = (&self.pipe).write_all(&[0]);
        let _ = waitpid(self.process, None);
    }
}

/// Runs in the second process. It leaves the first one's process group, so that
/// a signal to that group does not end it. It blocks all signals: the kernel
/// would stop a background process that sets the terminal's mode.
fn watch(watched: &OwnedFd, mode: &libc::termios, last_words: &[u8]) -> ! {
    close_others(watched);
    let _ = setpgid(Pid::from_raw(0), Pid::from_raw(0));
    let _ = sigprocmask(SigmaskHow::SIG_BLOCK, Some(&SigSet::all()), None);
    let mut word = [0];
    let dismissed = loop {
        match nix::unistd::read(watched, &mut word) {
            Err(nix::errno::Errno::EINTR) => {}
            other => break other == Ok(1),
        }
    };
    if !dismissed {
        let words = last_words.as_ptr();
        let length = last_words.len();
        // SAFETY: the pointer is to that many bytes.
        unsafe { libc::write(libc::STDOUT_FILENO, words.cast(), length) };
        // SAFETY: the pointer is to a whole termios.
        unsafe { libc::tcsetattr(libc::STDIN_FILENO, libc::TCSANOW, mode) };
    }
    // SAFETY: the call ends this process without the first one's exit handlers.
    unsafe { libc::_exit(0) }
}

/// Closes all inherited files. A file lock that another thread of the first
/// process holds would stay locked while this process has the file open, too.
fn close_others(watched: &OwnedFd) {
    let watched = watched.as_raw_fd().cast_unsigned();
    let others = [
        (libc::STDERR_FILENO.cast_unsigned() + 1, watched - 1),
        (watched + 1, u32::MAX),
    ];
    for (first, last) in others {
        // SAFETY: this process uses none of these files.
        unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
    }
}
