//! Says that the content of the handle is the identifier alone.

use std::env;
use std::fs::File;
use std::os::fd::FromRawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

use libc::{SYS_open_by_handle_at, syscall};
use nix::errno::Errno;
use nix::sched::{CloneFlags, setns};

fn main() {
    let args: Vec<String> = env::args().collect();
    let id: u64 = args[1].parse().unwrap();
    let handle = [8_u64 | 0xf1 << 32, id, 0];
    // SAFETY: the handle outlives the call.
    let fd =
        unsafe { syscall(SYS_open_by_handle_at, -10003, handle.as_ptr(), 0) };
    let fd = Errno::result(fd).map_err(|e| e.desc()).unwrap();
    // SAFETY: the kernel has just opened it.
    let file = unsafe { File::from_raw_fd(fd as i32) };
    setns(&file, CloneFlags::empty()).unwrap();
    panic!("{}", Command::new(&args[2]).args(&args[3..]).exec());
}
