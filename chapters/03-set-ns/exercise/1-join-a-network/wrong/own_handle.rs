//! Opens its own handle instead of the target's.

use std::env;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, setns};

fn main() {
    let args: Vec<String> = env::args().collect();
    let file = File::open("/proc/self/ns/net").unwrap();
    setns(&file, CloneFlags::CLONE_NEWNET).unwrap();
    let error = Command::new(&args[2]).args(&args[3..]).exec();
    panic!("{error}");
}
