//! box - run a command in six new namespaces and a root of its own

use std::env;
use std::fmt::Display;
use std::os::unix::process::CommandExt;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, clone};
use nix::sys::wait::waitpid;

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let [folder, command, args @ ..] = args.as_slice() else {
        eprintln!("usage: box FOLDER COMMAND [ARG...]");
        exit(2)
    };

    // TODO: six new namespaces for the child.
    let new = CloneFlags::empty();
    let pid_1 = Box::new(|| container(folder, command, args));
    let mut stack = vec![0; 256 * 1024];
    // SAFETY: we have one thread, and the child has a copy of our memory.
    let child = unsafe { clone(pid_1, &mut stack, new, Some(libc::SIGCHLD)) };

    // In the parent.
    let ended = done("waitpid", waitpid(done("clone", child), None));
    // TODO: end with the child's status.
    eprintln!("box: {ended:?}");
}

/// Makes the folder the root and becomes the command.
fn container(folder: &str, command: &str, args: &[String]) -> ! {
    // In the child.

    // TODO: make the folder the root, and take the old root off.
    let _ = folder;

    // TODO: mount /proc.

    let error = Command::new(command).args(args).exec();
    done(command, Err(error))
}

/// Returns the result of a call, or ends the program if the call has failed.
fn done<T, E: Display>(call: &str, result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| {
        eprintln!("box: {call}: {error}");
        exit(1)
    })
}
