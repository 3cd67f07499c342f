//! fchroot(2) takes a descriptor as the new root, in place of a path.
//!
//! Since: 7.3
//! Step: 07-listns#another-root-in-two-calls
//! Source: chroot(2)

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::Path;

use nix::errno::Errno;

/// Number of the system call, which the C library has no function for.
const FCHROOT: libc::c_long = 472;

fn main() -> std::io::Result<()> {
    let folder = File::open("/usr")?;
    // SAFETY: the call takes a descriptor and flags, of which there are none.
    let done = unsafe { libc::syscall(FCHROOT, folder.as_raw_fd(), 0) };
    match Errno::result(done) {
        Ok(_) if Path::new("/usr").exists() => println!("the old root"),
        Ok(_) => println!("another root"),
        Err(errno) => println!("{errno:?}"),
    }
    Ok(())
}
