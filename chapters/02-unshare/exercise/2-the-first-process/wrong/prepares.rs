//! Starts another child before the command.

use std::env;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, unshare};

fn main() {
    let args: Vec<String> = env::args().collect();
    unshare(CloneFlags::CLONE_NEWPID).unwrap();
    Command::new("true").status().unwrap();
    let status = match Command::new(&args[1]).args(&args[2..]).status() {
        Ok(status) => status,
        Err(error) => panic!("{}: {error}", args[1]),
    };
    exit(status.code().unwrap_or(1));
}
