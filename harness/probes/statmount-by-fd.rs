//! statmount(2) takes a descriptor in place of an identifier,
//! `STATMOUNT_BY_FD`.
//!
//! Since: 7.0
//! Source: linux/mount.h

use std::fs::File;
use std::os::fd::AsRawFd;

use nix::errno::Errno;

/// Number of the system call, which the C library has no function for.
const STATMOUNT: libc::c_long = 457;

const STATMOUNT_SB_BASIC: u64 = 1;
const STATMOUNT_BY_FD: libc::c_uint = 1;

/// struct mnt_id_req.
#[repr(C)]
struct Request {
    size: u32,
    fd: i32,
    mount: u64,
    wanted: u64,
    namespace: u64,
}

fn main() -> std::io::Result<()> {
    let file = File::open("/usr")?;
    let request = Request {
        size: 32,
        fd: file.as_raw_fd(),
        mount: 0,
        wanted: STATMOUNT_SB_BASIC,
        namespace: 0,
    };
    let mut told = [0_u64; 128];
    let size = size_of_val(&told);
    // SAFETY: the kernel reads one request, and writes at most `size` bytes.
    let asked = unsafe {
        libc::syscall(
            STATMOUNT,
            &raw const request,
            &raw mut told,
            size,
            STATMOUNT_BY_FD,
        )
    };
    println!(
        "{}",
        if Errno::result(asked).is_ok() {
            "told"
        } else {
            "refused"
        }
    );
    Ok(())
}
