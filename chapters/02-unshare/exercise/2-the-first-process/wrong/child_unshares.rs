//! Calls unshare in the child, just before exec.

use std::env;
use std::os::unix::process::CommandExt;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, unshare};

fn main() {
    let args: Vec<String> = env::args().collect();
    let mut command = Command::new(&args[1]);
    command.args(&args[2..]);
    let move_on = || Ok(unshare(CloneFlags::CLONE_NEWPID)?);
    // SAFETY: between fork and exec there is one system call.
    unsafe { command.pre_exec(move_on) };
    exit(command.status().unwrap().code().unwrap_or(1));
}
