//! Moves, and does not set the name.

use std::env;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, unshare};

fn main() {
    let args: Vec<String> = env::args().collect();
    unshare(CloneFlags::CLONE_NEWUTS).unwrap();
    panic!("{}", Command::new(&args[2]).args(&args[3..]).exec());
}
