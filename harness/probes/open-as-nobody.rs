//! Every user opens the namespaces that they are a member of, those of PID 1
//! too, whose `/proc` they may not follow.
//!
//! Since: 6.19
//! Step: 07-listns#nobodys-view
//! Source: open_by_handle_at(2)

use std::fs::File;

use nix::unistd::{Uid, setuid};

/// struct file_handle, with the handle of a namespace in it.
#[repr(C)]
struct Handle {
    bytes: u32,
    kind: i32,
    id: u64,
    rest: u64,
}

/// In place of a mount: the file system of all namespaces.
const FD_NSFS_ROOT: libc::c_int = -10003;

fn main() -> nix::Result<()> {
    setuid(Uid::from_raw(65534))?;
    let followed = File::open("/proc/1/ns/uts").is_ok();
    // The identifier of the initial uts namespace is 2.
    let mut handle = Handle {
        bytes: 16,
        kind: 0xf1,
        id: 2,
        rest: 0,
    };
    let place = (&raw mut handle).cast();
    // SAFETY: the kernel reads a head of 8 bytes, and the 16 that it tells of.
    let fd =
        unsafe { libc::open_by_handle_at(FD_NSFS_ROOT, place, libc::O_RDONLY) };
    println!(
        "{}",
        if followed || fd >= 0 {
            "opened"
        } else {
            "refused"
        }
    );
    Ok(())
}
