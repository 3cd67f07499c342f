//! Has a shell start the command: the shell is PID 1.

use std::env;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, unshare};

fn main() {
    let args: Vec<String> = env::args().collect();
    unshare(CloneFlags::CLONE_NEWPID).unwrap();
    let mut shell = Command::new("bash");
    shell.args(["-c", r#""$0" "$@"; exit $?"#]).args(&args[1..]);
    exit(shell.status().unwrap().code().unwrap_or(1));
}
