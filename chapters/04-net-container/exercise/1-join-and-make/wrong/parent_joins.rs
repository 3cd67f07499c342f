//! Makes the child first, and then joins in the parent.

use std::env;
use std::fs::File;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, setns, unshare};

fn main() {
    let args: Vec<String> = env::args().collect();
    let donor = args[2].strip_prefix("container:").unwrap();
    let file = File::open(format!("/proc/{donor}/ns/net")).unwrap();
    let new = CloneFlags::CLONE_NEWCGROUP
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWUTS;
    unshare(new).unwrap();
    let mut command = Command::new(&args[3]);
    let mut child = command.args(&args[4..]).spawn().unwrap();
    setns(&file, CloneFlags::CLONE_NEWNET).unwrap();
    exit(child.wait().unwrap().code().unwrap_or(1));
}
