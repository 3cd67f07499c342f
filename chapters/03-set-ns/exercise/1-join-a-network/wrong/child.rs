//! Runs the command as a child and waits for it.

use std::env;
use std::fs::File;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, setns};

fn main() {
    let args: Vec<String> = env::args().collect();
    let file = File::open(format!("/proc/{}/ns/net", args[1])).unwrap();
    setns(&file, CloneFlags::CLONE_NEWNET).unwrap();
    let status = Command::new(&args[2]).args(&args[3..]).status().unwrap();
    exit(status.code().unwrap_or(1));
}
