//! pod - start commands that share net, ipc and uts namespaces
//!
//! A process that only waits, `pause`, keeps the shared namespaces.

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
    // `pause`, which keeps the namespaces: three new ones, none to join.
    let new = CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS;
    let pause = start("pause", new, &[])?;

    // `pause` is a member of them from its beginning. Open its handles.
    let mut shared = Vec::new();
    for kind in ["net", "ipc", "uts"] {
        let handle = format!("/proc/{pause}/ns/{kind}");
        let file = File::open(&handle).map_err(|e| format!("{handle}: {e}"));
        shared.push(file?);
    }

    // The commands: two new namespaces each, and three to join.
    let new = CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWNS;
    let mut commands = Vec::new();
    for command in env::args().skip(1) {
        commands.push(start(&command, new, &shared)?);
    }

    for command in commands {
        waitpid(command, None)?;
    }
    // `pause` does not end by itself. The namespaces end with it.
    kill(pause, Signal::SIGKILL)?;
    waitpid(pause, None)?;
    Ok(())
}

/// Starts a command in new namespaces, and in those that it joins.
fn start(command: &str, new: CloneFlags, join: &[File]) -> nix::Result<Pid> {
    let child = Box::new(|| {
        // In the child, which can join what its parent has opened.
        for handle in join {
            setns(handle, CloneFlags::empty()).expect("setns");
        }
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
