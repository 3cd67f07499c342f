//! Ignores the results of its calls.

use std::env;
use std::fs::File;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, setns, unshare};

fn main() {
    let args: Vec<String> = env::args().collect();
    let donor = args[2].strip_prefix("container:").unwrap();
    if let Ok(file) = File::open(format!("/proc/{donor}/ns/net")) {
        let _ = setns(&file, CloneFlags::CLONE_NEWNET);
    }
    let new = CloneFlags::CLONE_NEWCGROUP
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWUTS;
    let _ = unshare(new);
    let status = Command::new(&args[3]).args(&args[4..]).status().unwrap();
    exit(status.code().unwrap_or(1));
}
