//! listns(2) lists the namespaces of the machine, without `/proc`.
//!
//! Since: 6.19
//! Step: 07-listns#a-list-without-proc
//! Source: linux/nsfs.h

use nix::errno::Errno;

/// Number of the system call, which the C library has no function for.
const LISTNS: libc::c_long = 470;

/// struct ns_id_req: which namespaces are asked for.
#[repr(C)]
struct Request {
    size: u32,
    spare: u32,
    /// The last one that is known already.
    after: u64,
    /// Flags such as `CLONE_NEWNET`; 0 asks for every type.
    types: u32,
    spare_2: u32,
    /// Only what this user namespace owns; 0 asks for all.
    owner: u64,
}

fn main() {
    let request = Request {
        size: 32,
        spare: 0,
        after: 0,
        types: 0,
        spare_2: 0,
        owner: 0,
    };
    let mut ids = [0_u64; 64];
    // SAFETY: the kernel reads one request, and writes at most 64 numbers.
    let count = unsafe {
        libc::syscall(LISTNS, &raw const request, &raw mut ids, ids.len(), 0)
    };
    match Errno::result(count) {
        Ok(_) => println!("lists them"),
        Err(errno) => println!("{errno:?}"),
    }
}
