//! open_tree(2) makes a mount namespace that holds one tree only:
//! `OPEN_TREE_NAMESPACE`.
//!
//! Since: 7.0
//! Step: 06-container#a-layer-of-its-own-and-less-than-root
//! Source: linux/mount.h

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::fd::FromRawFd;

use nix::errno::Errno;
use nix::sched::{CloneFlags, setns};

const OPEN_TREE_NAMESPACE: libc::c_uint = 2;

fn main() -> std::io::Result<()> {
    let mounts = File::open("/proc/self/mountinfo")?;
    let path = c"/usr".as_ptr();
    // SAFETY: the kernel reads the path.
    let fd = unsafe {
        libc::syscall(
            libc::SYS_open_tree,
            libc::AT_FDCWD,
            path,
            OPEN_TREE_NAMESPACE,
        )
    };
    let fd = match Errno::result(fd) {
        Ok(fd) => fd,
        Err(errno) => {
            println!("{errno:?}");
            return Ok(());
        }
    };
    // SAFETY: the kernel has just made this descriptor, and it is ours.
    let namespace = unsafe { File::from_raw_fd(fd as i32) };
    drop(mounts);
    setns(&namespace, CloneFlags::CLONE_NEWNS)?;
    let here = File::open("/bin/bash").is_ok();
    let proc = File::open("/proc/self/mountinfo").map(BufReader::new);
    match proc {
        Err(_) if here => println!("a root of its own"),
        Ok(mounts) => println!("{} mounts", mounts.lines().count()),
        Err(_) => println!("an empty root"),
    }
    Ok(())
}
