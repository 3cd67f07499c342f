//! A process that gives the terminal its mode back when this one cannot.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};

use nix::libc;
use nix::sys::signal::{SigSet, SigmaskHow, sigprocmask};
use nix::sys::termios::Termios;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, pipe, setpgid};

/// SIGKILL leaves no time to restore a terminal. Of a pair of processes one
/// may be killed like that; the other sees its end of a pipe close.
pub struct Guard {
    process: Pid,
    pipe: File,
}

impl Guard {
    /// From now on: when this process is gone, these last words are written
    /// to standard output, and standard input's terminal has this mode again.
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

    /// The terminal has been restored. From here on it is another's.
    pub fn dismiss(&self) {
        // If it has gone before, there is nobody to dismiss.
        let _ = (&self.pipe).write_all(&[0]);
        let _ = waitpid(self.process, None);
    }
}

/// This is the second process. It is out of the first one's group, so that
/// what ends the group does not end it; the kernel would stop a process in
/// the background that sets the terminal's mode, if that signal came through.
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
        let (words, length) = (last_words.as_ptr(), last_words.len());
        // SAFETY: the pointer is to that many bytes.
        unsafe { libc::write(libc::STDOUT_FILENO, words.cast(), length) };
        // SAFETY: the pointer is to a whole termios.
        unsafe { libc::tcsetattr(libc::STDIN_FILENO, libc::TCSANOW, mode) };
    }
    // SAFETY: it ends this process, without running what the other's end runs.
    unsafe { libc::_exit(0) }
}

/// A lock on a file that another thread of the first process holds would not
/// be released while this process has the file open, too.
fn close_others(watched: &OwnedFd) {
    let watched = watched.as_raw_fd().cast_unsigned();
    let others = [
        (libc::STDERR_FILENO.cast_unsigned() + 1, watched - 1),
        (watched + 1, u32::MAX),
    ];
    for (first, last) in others {
        // SAFETY: nothing in this process uses any of them.
        unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
    }
}
