//! visit - join a namespace by its identifier, then run a command

use std::env;
use std::error::Error;
use std::fs::File;
use std::os::fd::FromRawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

use libc::{O_CLOEXEC, O_RDONLY, SYS_open_by_handle_at, c_int, syscall};
use nix::errno::Errno;
use nix::sched::{CloneFlags, setns};

const USAGE: &str = "usage: visit ID COMMAND [ARG...]";

/// The root of all namespaces, in place of a descriptor (linux/fcntl.h).
const FD_NSFS_ROOT: c_int = -10003;

/// The type of a handle that stands for a namespace (linux/exportfs.h).
const FILEID_NSFS: c_int = 0xf1;

/// `struct file_handle` of open_by_handle_at(2): size and type of the content,
/// and the content, which is `struct nsfs_file_handle` of linux/nsfs.h.
#[repr(C)]
struct Handle {
    handle_bytes: u32,
    handle_type: c_int,
    ns_id: u64,
    ns_type: u32,
    ns_inum: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let id: u64 = args.next().ok_or(USAGE)?.parse()?;
    let command = args.next().ok_or(USAGE)?;

    // The identifier is enough: the kernel compares no field that is 0.
    let handle = Handle {
        handle_bytes: 16,
        handle_type: FILEID_NSFS,
        ns_id: id,
        ns_type: 0,
        ns_inum: 0,
    };

    // No path and no process: the kernel has a list of its namespaces.
    let call = SYS_open_by_handle_at;
    let flags = O_RDONLY | O_CLOEXEC;
    // SAFETY: the handle outlives the call, and has the size that it says.
    let fd = unsafe { syscall(call, FD_NSFS_ROOT, &raw const handle, flags) };
    let fd = Errno::result(fd).map_err(|errno| {
        format!("open_by_handle_at({id}): {}", errno.desc())
    })?;
    // SAFETY: the kernel has just opened it, and nobody else closes it.
    let file = unsafe { File::from_raw_fd(fd as c_int) };

    // An open namespace is the same as one that was opened in /proc.
    setns(&file, CloneFlags::empty())
        .map_err(|errno| format!("setns({id}): {}", errno.desc()))?;

    // We are what the command will be: exec only returns if it fails.
    let error = Command::new(&command).args(args).exec();
    Err(format!("exec({command}): {error}").into())
}
