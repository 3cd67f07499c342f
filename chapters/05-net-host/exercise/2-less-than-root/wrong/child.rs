//! Runs the command as a child and waits for it.

use std::env;
use std::process::{Command, exit};

fn main() {
    let args: Vec<String> = env::args().collect();
    // SAFETY: this operation takes a number, and no pointer.
    unsafe { libc::prctl(libc::PR_CAPBSET_DROP, 12) };
    let status = Command::new(&args[1]).args(&args[2..]).status().unwrap();
    exit(status.code().unwrap_or(1));
}
