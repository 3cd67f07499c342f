//! Joins in the worker, before its loop.

use std::env;
use std::fs::File;
use std::process::Command;
use std::thread;

use nix::sched::{CloneFlags, setns};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let work = move || {
        let file = File::open(format!("/proc/{}/ns/net", args[0])).unwrap();
        setns(&file, CloneFlags::CLONE_NEWNET).unwrap();
        let start = |job: &[String]| Command::new(&job[1]).spawn().unwrap();
        let children: Vec<_> = args.chunks(2).map(start).collect();
        for mut child in children {
            child.wait().unwrap();
        }
    };
    thread::spawn(work).join().unwrap();
}
