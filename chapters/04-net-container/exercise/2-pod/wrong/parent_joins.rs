//! Joins the namespaces in the parent: the commands inherit them.

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
    let new = CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS;
    let pause = start("pause", new, &[])?;

    let mut shared = Vec::new();
    for kind in ["net", "ipc", "uts"] {
        let handle = format!("/proc/{pause}/ns/{kind}");
        let file = File::open(&handle).map_err(|e| format!("{handle}: {e}"));
        shared.push(file?);
    }

    let new = CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWNS;
    for handle in &shared {
        setns(handle, CloneFlags::empty())?;
    }
    let mut commands = Vec::new();
    for command in env::args().skip(1) {
        commands.push(start(&command, new, &shared)?);
    }

    for command in commands {
        waitpid(command, None)?;
    }
    kill(pause, Signal::SIGKILL)?;
    waitpid(pause, None)?;
    Ok(())
}

fn start(command: &str, new: CloneFlags, join: &[File]) -> nix::Result<Pid> {
    let child = Box::new(|| {
        let _ = join;
        let mut line = Command::new(command);
        if command == "pause" {
            line.stdin(Stdio::null());
        }
        panic!("exec({command}): {}", line.exec())
    });
    let mut stack = vec![0; 256 * 1024];
    // SAFETY: we have one thread, and the child has a copy of our memory.
    unsafe { clone(child, &mut stack, new, Some(libc::SIGCHLD)) }
}
