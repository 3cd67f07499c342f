//! @NAME@ - FILL IN: what the program does, in a few words
//!
//!     host# @NAME@ 1
//!     FILL IN: what it prints
//!
//! FILL IN: what the kernel does, and what surprises, in three or four lines.

use clap::Parser;

/// FILL IN: what the program does, in a few words
#[derive(Parser)]
struct Arguments {
    /// FILL IN: which process
    pid: u32,
}

fn main() {
    let arguments = Arguments::parse();
    // FILL IN: the experiment, in the order in which the kernel sees it; the
    // chapter's system call stands here.
    println!("{}", arguments.pid);
}
