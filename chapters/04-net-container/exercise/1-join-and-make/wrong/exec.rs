//! Becomes the command, without a child: its PID namespace is the old one.

use std::env;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, setns, unshare};

fn main() {
    let args: Vec<String> = env::args().collect();
    let donor = args[2].strip_prefix("container:").unwrap();
    let file = File::open(format!("/proc/{donor}/ns/net")).unwrap();
    setns(&file, CloneFlags::CLONE_NEWNET).unwrap();
    let new = CloneFlags::CLONE_NEWCGROUP
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWUTS;
    unshare(new).unwrap();
    panic!("{}", Command::new(&args[3]).args(&args[4..]).exec());
}
