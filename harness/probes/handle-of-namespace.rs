//! name_to_handle_at(2) takes a namespace, and makes a name of 24 bytes for it.
//!
//! Since: 6.18
//! Step: 07-listns#joining-what-no-process-is-in
//! Source: open_by_handle_at(2)

use std::fs::File;
use std::os::fd::AsRawFd;

use nix::errno::Errno;

/// struct file_handle, with room for the handle.
#[repr(C)]
struct Handle {
    bytes: u32,
    kind: i32,
    handle: [u8; 128],
}

fn main() -> std::io::Result<()> {
    let file = File::open("/proc/self/ns/uts")?;
    let mut handle = Handle {
        bytes: 128,
        kind: 0,
        handle: [0; 128],
    };
    let mut mount = 0;
    // SAFETY: the kernel writes at most 128 bytes behind the head, and a mount.
    let got = unsafe {
        libc::name_to_handle_at(
            file.as_raw_fd(),
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
    Ok(())
}
