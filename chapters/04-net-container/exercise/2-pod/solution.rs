//! pod - start commands that share net, ipc and uts namespaces
//!
//! The shared ones belong to a process that only waits: `pause`.

use std::env;
use std::error::Error;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use nix::sched::{CloneFlags, clone, setns};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;

fn main() -> Result<(), Box<dyn Error>> {
    // The one that keeps the namespaces: three new ones, nothing to join.
    let new = CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS;
    let pause = start("pause", new, &[])?;

    // It is a member of them from its first moment on. Open its handles.
    let mut shared = Vec::new();
    for kind in ["net", "ipc", "uts"] {
        let handle = format!("/proc/{pause}/ns/{kind}");
        let file = File::open(&handle).map_err(|e| format!("{handle}: {e}"));
        shared.push(file?);
    }

    // The others: two new ones each, and three to join.
    let new = CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWNS;
    let mut commands = Vec::new();
    for command in env::args().skip(1) {
        commands.push(start(&command, new, &shared)?);
    }

    for command in commands {
        waitpid(command, None)?;
    }
    // It has no reason to end by itself. With it go the namespaces.
    kill(pause, Signal::SIGKILL)?;
    waitpid(pause, None)?;
    Ok(())
}

/// Starts a command: in new namespaces, and in those it is to join.
fn start(command: &str, new: CloneFlags, join: &[File]) -> nix::Result<Pid> {
    let child = Box::new(|| {
        // In the child. What its parent has opened, it can join.
        for handle in join {
            setns(handle, CloneFlags::empty()).expect("setns");
        }
        let mut line = Command::new(command);
        if command == "pause" {
            // It is not to end when our input does.
            line.stdin(Stdio::null());
        }
        panic!("exec({command}): {}", line.exec())
    });
    let mut stack = vec![0; 256 * 1024];
    // SAFETY: we have one thread, and the child has a copy of our memory.
    unsafe { clone(child, &mut stack, new, Some(libc::SIGCHLD)) }
}
