//! Leaves the maps to a shell in the new namespace.

use std::env;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, unshare};
use nix::unistd::geteuid;

fn main() {
    let args: Vec<String> = env::args().collect();
    let map = format!("echo 0 {} 1 >/proc/$$/uid_map; exec \"$@\"", geteuid());
    unshare(CloneFlags::CLONE_NEWUSER).unwrap();
    let mut shell = Command::new("bash");
    panic!("{}", shell.args(["-c", &map, "-"]).args(&args[1..]).exec());
}
