//! Takes all capabilities.

use std::env;
use std::os::unix::process::CommandExt;
use std::process::Command;

fn main() {
    let args: Vec<String> = env::args().collect();
    for capability in 0..=40 {
        // SAFETY: this operation takes a number, and no pointer.
        unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability) };
    }
    panic!("{}", Command::new(&args[1]).args(&args[2..]).exec());
}
