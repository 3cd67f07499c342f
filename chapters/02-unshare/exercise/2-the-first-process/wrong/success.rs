//! Waits, and ignores the status.

use std::env;
use std::process::Command;

use nix::sched::{CloneFlags, unshare};

fn main() {
    let args: Vec<String> = env::args().collect();
    unshare(CloneFlags::CLONE_NEWPID).unwrap();
    Command::new(&args[1]).args(&args[2..]).status().unwrap();
}
