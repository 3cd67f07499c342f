//! Gives root up.

use std::env;
use std::os::unix::process::CommandExt;
use std::process::Command;

fn main() {
    let args: Vec<String> = env::args().collect();
    let mut command = Command::new(&args[1]);
    // SAFETY: this operation takes a number, and no pointer.
    unsafe { libc::prctl(libc::PR_CAPBSET_DROP, 12) };
    panic!("{}", command.args(&args[2..]).uid(65534).exec());
}
