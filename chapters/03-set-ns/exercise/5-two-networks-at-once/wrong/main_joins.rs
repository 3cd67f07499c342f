//! Joins in the main thread, which starts the commands as well.

use std::env;
use std::fs::File;
use std::process::Command;

use nix::sched::{CloneFlags, setns};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let mut children = Vec::new();
    for job in args.chunks(2) {
        let file = File::open(format!("/proc/{}/ns/net", job[0])).unwrap();
        setns(&file, CloneFlags::CLONE_NEWNET).unwrap();
        children.push(Command::new(&job[1]).spawn().unwrap());
    }
    for mut child in children {
        child.wait().unwrap();
    }
}
