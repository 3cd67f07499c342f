//! pod - start commands that share net, ipc and uts namespaces

use std::env;
use std::error::Error;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use nix::sched::{CloneFlags, clone};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;

fn main() -> Result<(), Box<dyn Error>> {
    // TODO: which new namespaces are for `pause`?
    let pause = start("pause", CloneFlags::empty(), &[])?;

    // TODO: open the handles of `pause` that the commands shall join.
    let shared = Vec::new();

    // TODO: which new namespaces are for each command?
    let mut commands = Vec::new();
    for command in env::args().skip(1) {
        commands.push(start(&command, CloneFlags::empty(), &shared)?);
    }

    for command in commands {
        waitpid(command, None)?;
    }
    // TODO: end `pause`, with nix::sys::signal::kill.
    println!("{pause} is left");
    Ok(())
}

/// Starts a command in new namespaces, and in those that it joins.
fn start(command: &str, new: CloneFlags, join: &[File]) -> nix::Result<Pid> {
    let child = Box::new(|| {
        // In the child. The parent's open files are open here, too.
        // TODO: become a member of the namespaces to join.
        let _ = join;
        let mut line = Command::new(command);
        if command == "pause" {
            // Its input is not ours, and so does not end with ours.
            line.stdin(Stdio::null());
        }
        panic!("exec({command}): {}", line.exec())
    });
    let mut stack = vec![0; 256 * 1024];
    // SAFETY: we have one thread, and the child has a copy of our memory.
    unsafe { clone(child, &mut stack, new, Some(libc::SIGCHLD)) }
}
