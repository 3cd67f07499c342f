//! descriptors - a child takes along nothing of the machine
//!
//! A descriptor of a folder outside is a way out. /proc/self/fd/N is a path,
//! and in there others decide where paths lead: the command line, the image,
//! an earlier process of the container. So nothing is open but what the command
//! needs, before the first path is followed.
//!
//! All that we open ourselves is closed by execve(2), unless it is handed on.
//!
//! See: close_range(2), FD_CLOEXEC in fcntl(2), proc_pid_fd(5), CVE-2024-21626

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use libc::c_uint;
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};

use crate::error::{Named, Result};

/// Closes all but these; stdin, stdout and stderr, too: our caller has opened
/// them, and one may be a folder.
pub fn close_all_but(kept: &[BorrowedFd<'_>]) -> Result<()> {
    let mut kept: Vec<_> = kept.iter().map(AsRawFd::as_raw_fd).collect();
    kept.sort_unstable();
    let mut first = 0;
    for fd in kept {
        if first < fd {
            close(first as c_uint, fd as c_uint - 1)?;
        }
        first = fd + 1;
    }
    close(first as c_uint, c_uint::MAX)
}

fn close(first: c_uint, last: c_uint) -> Result<()> {
    let call = libc::SYS_close_range;
    // SAFETY: nobody in this process, which ends with exec or exit, uses them.
    let closed = unsafe { libc::syscall(call, first, last, 0) };
    Errno::result(closed).named("close_range", first).map(drop)
}

/// Has execve(2) leave it open. Returns the number, by which the program finds
/// it that this process becomes.
pub fn hand_on(open: impl AsFd) -> Result<RawFd> {
    let fd = open.as_fd();
    let set = fcntl(fd, FcntlArg::F_SETFD(FdFlag::empty()));
    set.named("fcntl", "F_SETFD")?;
    Ok(fd.as_raw_fd())
}

/// Takes what was handed on. execve(2) closes it from now on.
pub fn take(number: RawFd) -> Result<OwnedFd> {
    // SAFETY: F_SETFD takes no pointer; a number that is closed is refused.
    let set = unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) };
    Errno::result(set).named("fcntl", number)?;
    // SAFETY: it is open, and nobody else in this program knows the number.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Descriptors that are kept for work that must be done, whatever else is open:
/// a folder in a folder, a file, a socket.
const KEPT: libc::rlim_t = 8;

/// Whether there are some more, beside this one, which is the latest. The
/// kernel gives the lowest number that is free, below the limit.
pub fn leaves_room(latest: impl AsFd) -> bool {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the pointer is to a rlimit.
    let asked = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) };
    let number = latest.as_fd().as_raw_fd() as libc::rlim_t;
    asked < 0 || number + KEPT < limit.rlim_cur
}
