//! Runs the command as a child.

use std::env;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, unshare};
use nix::unistd::sethostname;

fn main() {
    let args: Vec<String> = env::args().collect();
    unshare(CloneFlags::CLONE_NEWUTS).unwrap();
    sethostname(&args[1]).unwrap();
    let status = Command::new(&args[2]).args(&args[3..]).status().unwrap();
    exit(status.code().unwrap_or(1));
}
