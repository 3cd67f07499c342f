//! Joins the network of the container's PID 1.

use std::env;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, setns};

fn main() {
    let args: Vec<String> = env::args().collect();
    let file = File::open(format!("/proc/{}/ns/mnt", args[1])).unwrap();
    setns(&file, CloneFlags::empty()).unwrap();
    let file = File::open("/proc/1/ns/net").unwrap();
    setns(&file, CloneFlags::empty()).unwrap();
    panic!("{}", Command::new(&args[2]).args(&args[3..]).exec());
}
