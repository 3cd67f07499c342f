//! A pidfd tells the exit status of a process that has been waited for:
//! `PIDFD_GET_INFO`.
//!
//! Since: between 6.12 and 6.16
//! Source: linux/pidfd.h

use std::process::Command;

/// struct pidfd_info.
#[repr(C)]
#[derive(Default)]
pub struct Info {
    /// What is asked for, and then what is told.
    mask: u64,
    cgroup: u64,
    /// PID, TGID, parent, and eight identifiers of users and groups.
    numbers: [u32; 11],
    exit_code: i32,
}

const PIDFD_INFO_EXIT: u64 = 1 << 3;

nix::ioctl_readwrite!(
    /// Tells of the process of a pidfd.
    pidfd_get_info, 0xff, 11, Info
);

fn main() -> std::io::Result<()> {
    let mut child = Command::new("false").spawn()?;
    // SAFETY: the call takes numbers only.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, child.id(), 0) };
    child.wait()?;
    let mut info = Info {
        mask: PIDFD_INFO_EXIT,
        ..Info::default()
    };
    // SAFETY: the kernel reads and writes one structure of this size.
    let asked = unsafe { pidfd_get_info(fd as i32, &raw mut info) };
    if asked.is_ok() && info.mask & PIDFD_INFO_EXIT != 0 {
        println!("status {}", libc::WEXITSTATUS(info.exit_code));
    } else {
        println!("not told");
    }
    Ok(())
}
