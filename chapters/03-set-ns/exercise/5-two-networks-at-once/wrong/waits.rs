//! Waits for the first command before it starts the second.

use std::env;
use std::fs::File;
use std::process::Command;
use std::thread;

use nix::sched::{CloneFlags, setns};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let work = move || {
        for job in args.chunks(2) {
            let file = File::open(format!("/proc/{}/ns/net", job[0])).unwrap();
            setns(&file, CloneFlags::CLONE_NEWNET).unwrap();
            Command::new(&job[1]).status().unwrap();
        }
    };
    thread::spawn(work).join().unwrap();
}
