//! clone(2) refuses the flag `CLONE_NEWTIME`, 0x80, which is a bit of the
//! signal at the child's end. Before, it made a child without a new namespace.
//!
//! Since: 7.1
//! Step: 02-unshare#less-than-the-name-says-ipc-cgroup-time
//! Source: clone(2)

use std::fs::read_link;
use std::process::exit;

use nix::errno::Errno;

fn main() -> std::io::Result<()> {
    let before = read_link("/proc/self/ns/time")?;
    let flags = libc::CLONE_NEWTIME | libc::SIGCHLD;
    // SAFETY: as fork(2) does, in a process with one thread.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    match Errno::result(pid) {
        // We are the child.
        Ok(0) if read_link("/proc/self/ns/time")? == before => {
            println!("no new one");
            exit(0)
        }
        Ok(0) => println!("a new one"),
        // SAFETY: the status is not asked for. Our child sends no SIGCHLD.
        Ok(pid) => drop(unsafe {
            libc::waitpid(pid as i32, std::ptr::null_mut(), libc::__WALL)
        }),
        Err(errno) => println!("{errno:?}"),
    }
    Ok(())
}
