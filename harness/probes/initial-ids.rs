//! The initial namespaces have the identifiers 1 to 8 on every machine: `ipc`
//! 1, `uts` 2, `user` 3, `pid` 4, `cgroup` 5, `time` 6, `net` 7, `mnt` 8.
//!
//! Since: 6.19
//! Step: 07-listns#a-list-without-proc
//! Source: linux/nsfs.h

use std::fs::File;
use std::os::fd::AsRawFd;

nix::ioctl_read!(
    /// Writes the identifier of a namespace.
    ns_get_id, 0xb7, 13, u64
);

const TYPES: [&str; 8] =
    ["ipc", "uts", "user", "pid", "cgroup", "time", "net", "mnt"];

fn main() -> std::io::Result<()> {
    let mut right = 0;
    for (wanted, kind) in (1..).zip(TYPES) {
        let handle = File::open(format!("/proc/1/ns/{kind}"))?;
        let mut id = 0;
        // SAFETY: the kernel writes one number.
        let got = unsafe { ns_get_id(handle.as_raw_fd(), &raw mut id) };
        right += u32::from(got.is_ok() && id == wanted);
    }
    // In 6.18 they were given in the order in which the types are set up.
    println!(
        "{}",
        if right == 8 {
            "these"
        } else {
            "others, or none"
        }
    );
    Ok(())
}
