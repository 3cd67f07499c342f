//! name_to_handle_at(2) takes a pidfd: a name for a process that no other
//! process is ever given.
//!
//! Since: between 6.12 and 6.16
//! Source: open_by_handle_at(2)

use std::process;

use nix::errno::Errno;

/// struct file_handle, with room for the handle.
#[repr(C)]
struct Handle {
    bytes: u32,
    kind: i32,
    handle: [u8; 128],
}

fn main() {
    // SAFETY: the call takes numbers only.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, process::id(), 0) };
    let mut handle = Handle {
        bytes: 128,
        kind: 0,
        handle: [0; 128],
    };
    let mut mount = 0;
    // SAFETY: the kernel writes at most 128 bytes behind the head, and a mount.
    let got = unsafe {
        libc::name_to_handle_at(
            fd as i32,
            c"".as_ptr(),
            (&raw mut handle).cast(),
            &raw mut mount,
            libc::AT_EMPTY_PATH,
        )
    };
    match Errno::result(got) {
        Ok(_) => println!("{} bytes", 8 + handle.bytes),
        Err(errno) => println!("{errno:?}"),
    }
}
