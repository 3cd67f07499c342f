//! Takes the identifier for a PID.

use std::env;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, setns};

fn main() {
    let args: Vec<String> = env::args().collect();
    let file = match File::open(format!("/proc/{}/ns/net", args[1])) {
        Ok(file) => file,
        Err(error) => panic!("/proc/{}/ns/net: {error}", args[1]),
    };
    setns(&file, CloneFlags::empty()).unwrap();
    panic!("{}", Command::new(&args[2]).args(&args[3..]).exec());
}
