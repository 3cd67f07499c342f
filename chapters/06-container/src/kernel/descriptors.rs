//! descriptors - a child takes along nothing of the machine
//!
//! A descriptor of a folder outside is a way out. /proc/self/fd/N is a path,
//! and in there others decide where paths lead: the command line, the image,
//! an earlier process of the container. So nothing is open but what the command
//! needs, before the first path is followed.
//!
//! See: close_range(2), proc_pid_fd(5), CVE-2024-21626

use std::os::fd::{AsRawFd, BorrowedFd};

use libc::c_uint;
use nix::errno::Errno;

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
    // SAFETY: nobody in this process, which ends with exec, uses them again.
    let closed = unsafe { libc::syscall(call, first, last, 0) };
    Errno::result(closed).named("close_range", first).map(drop)
}
