//! fsmount(2) makes a mount namespace that holds one new file system only:
//! `FSMOUNT_NAMESPACE`.
//!
//! Since: 7.1
//! Step: 07-listns#another-root-in-two-calls
//! Source: linux/mount.h

use std::fs::File;
use std::os::fd::FromRawFd;
use std::path::Path;

use nix::errno::Errno;
use nix::sched::{CloneFlags, setns};

const FSMOUNT_NAMESPACE: libc::c_int = 2;
const FSCONFIG_CMD_CREATE: libc::c_int = 6;

fn main() -> std::io::Result<()> {
    // SAFETY: the kernel reads the name.
    let fs = unsafe { libc::syscall(libc::SYS_fsopen, c"tmpfs".as_ptr(), 0) };
    let create = FSCONFIG_CMD_CREATE;
    // SAFETY: this command takes no text.
    unsafe { libc::syscall(libc::SYS_fsconfig, fs, create, 0, 0, 0) };
    // SAFETY: the descriptor is that of the file system.
    let fd =
        unsafe { libc::syscall(libc::SYS_fsmount, fs, FSMOUNT_NAMESPACE, 0) };
    match Errno::result(fd) {
        Ok(fd) => {
            // SAFETY: the kernel has just made this descriptor; it is ours.
            let namespace = unsafe { File::from_raw_fd(fd as i32) };
            setns(&namespace, CloneFlags::CLONE_NEWNS)?;
            let empty = !Path::new("/proc").exists();
            println!("{}", if empty { "an empty root" } else { "/proc" });
        }
        Err(errno) => println!("{errno:?}"),
    }
    Ok(())
}
