//! Writes both maps in the same way, without setgroups.

use std::os::unix::process::CommandExt;
use std::process::Command;
use std::{env, fs};

use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getegid, geteuid};

fn main() {
    let args: Vec<String> = env::args().collect();
    let uid = geteuid();
    let gid = getegid();
    unshare(CloneFlags::CLONE_NEWUSER).unwrap();
    write("/proc/self/uid_map", format!("0 {uid} 1"));
    write("/proc/self/gid_map", format!("0 {gid} 1"));
    panic!("{}", Command::new(&args[1]).args(&args[2..]).exec());
}

fn write(path: &str, text: String) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{path}: {error}"));
}
