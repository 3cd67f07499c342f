//! A pidfd takes extended attributes: a note on a process, `trusted.NAME`.
//!
//! Since: 6.17
//! Source: xattr(7)

use std::process;

fn main() {
    // SAFETY: the call takes numbers only.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, process::id(), 0) };
    let name = c"trusted.note".as_ptr();
    let value = c"web".as_ptr().cast();
    // SAFETY: the kernel reads the name, and 3 bytes of the value.
    let set = unsafe { libc::fsetxattr(fd as i32, name, value, 3, 0) };
    println!("{}", if set == 0 { "taken" } else { "refused" });
}
