//! Forks first, and joins in the child.

use std::env;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, setns};

fn main() {
    let args: Vec<String> = env::args().collect();
    let files = ["cgroup", "ipc", "mnt", "net", "pid", "uts"].map(|kind| {
        File::open(format!("/proc/{}/ns/{kind}", args[1])).unwrap()
    });
    let mut command = Command::new(&args[2]);
    command.args(&args[3..]);
    let join = move || {
        for file in &files {
            setns(file, CloneFlags::empty())?;
        }
        Ok(())
    };
    // SAFETY: between fork and exec there are only system calls.
    unsafe { command.pre_exec(join) };
    exit(command.status().unwrap().code().unwrap_or(1));
}
