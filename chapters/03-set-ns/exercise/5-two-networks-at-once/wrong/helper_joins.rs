//! Has another thread join, as if it moved the whole process.

use std::env;
use std::fs::File;
use std::process::Command;
use std::thread;

use nix::sched::{CloneFlags, setns};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let mut children = Vec::new();
    for job in args.chunks(2) {
        let path = format!("/proc/{}/ns/net", job[0]);
        let join = move || {
            let file = File::open(path).unwrap();
            setns(&file, CloneFlags::CLONE_NEWNET).unwrap();
        };
        thread::spawn(join).join().unwrap();
        children.push(Command::new(&job[1]).spawn().unwrap());
    }
    for mut child in children {
        child.wait().unwrap();
    }
}
