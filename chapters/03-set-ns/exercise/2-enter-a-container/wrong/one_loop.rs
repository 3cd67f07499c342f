//! Opens each handle when its turn comes.

use std::env;
use std::fs::File;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, setns};

fn main() {
    let args: Vec<String> = env::args().collect();
    for kind in ["cgroup", "ipc", "mnt", "net", "pid", "uts"] {
        let path = format!("/proc/{}/ns/{kind}", args[1]);
        let file =
            File::open(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        setns(&file, CloneFlags::empty()).unwrap();
    }
    let status = Command::new(&args[2]).args(&args[3..]).status().unwrap();
    exit(status.code().unwrap_or(1));
}
