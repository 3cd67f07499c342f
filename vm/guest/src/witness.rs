//! The witness: a program that reports that it runs and then waits, to be
//! examined.
//!
//! It is PID 1's own file under any other name. A learner's program executes
//! the witness in an exercise, and while the witness waits, the kernel shows
//! the namespaces that it was put into.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use nix::sys::stat::{fstat, major, minor};
use nix::unistd::pause;

/// Prints `ready ARG...`, waits for the end of standard input, and ends with
/// the status from `--status N`, or 0.
pub fn run(arguments: &[OsString]) -> ExitCode {
    let words: Vec<_> = arguments
        .iter()
        .map(|word| word.to_string_lossy())
        .collect();
    let mut stdout = io::stdout().lock();
    // If nobody reads the output, the witness is found by its name in /proc.
    let _ = writeln!(
        stdout,
        "{}",
        ["ready"]
            .iter()
            .copied()
            .chain(words.iter().map(AsRef::as_ref))
            .collect::<Vec<_>>()
            .join(" ")
    )
    .and_then(|()| stdout.flush());
    wait_for_the_end_of_input();
    let status = words
        .iter()
        .position(|word| word == "--status")
        .and_then(|at| words.get(at + 1)?.parse().ok());
    ExitCode::from(status.unwrap_or(0))
}

/// Waits for the end of standard input. A process in the background has
/// /dev/null there, which is always at its end: then waits until a signal ends
/// it.
fn wait_for_the_end_of_input() {
    let mut stdin = io::stdin().lock();
    if fstat(stdin.as_fd()).is_ok_and(|stat| is_dev_null(stat.st_rdev)) {
        loop {
            pause();
        }
    }
    let mut bytes = [0; 512];
    loop {
        match stdin.read(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn is_dev_null(device: u64) -> bool {
    (major(device), minor(device)) == (1, 3)
}
