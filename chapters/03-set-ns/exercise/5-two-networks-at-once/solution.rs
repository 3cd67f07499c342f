//! both - run two commands, each with the network of another process

use std::env;
use std::error::Error;
use std::fs::File;
use std::process::Command;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use nix::sched::{CloneFlags, setns};

const USAGE: &str = "usage: both PID COMMAND PID COMMAND";

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let (jobs, queue) = mpsc::channel();
    let worker = thread::spawn(|| work(queue));

    // We open the handles and join nothing: this thread stays where it is.
    for _ in 0..2 {
        let pid = args.next().ok_or(USAGE)?;
        let command = args.next().ok_or(USAGE)?;
        let handle = format!("/proc/{pid}/ns/net");
        let file = File::open(&handle).map_err(|e| format!("{handle}: {e}"))?;
        // A worker that has failed takes no job. Its error comes below.
        let _ = jobs.send((handle, file, command));
    }

    // No more jobs: the worker waits for the commands, and ends.
    drop(jobs);
    worker.join().map_err(|_| "the worker panicked")??;
    Ok(())
}

/// The second thread: starts each command at once, then waits for all of them.
fn work(queue: Receiver<(String, File, String)>) -> Result<(), String> {
    let mut children = Vec::new();
    for (handle, file, command) in queue {
        // setns moves the thread that calls it: this one. The child gets the
        // memberships of this thread, too.
        setns(&file, CloneFlags::CLONE_NEWNET)
            .map_err(|errno| format!("setns({handle}): {}", errno.desc()))?;
        let child = Command::new(&command).spawn();
        children.push(child.map_err(|e| format!("exec({command}): {e}"))?);
    }
    for mut child in children {
        child.wait().map_err(|e| format!("wait: {e}"))?;
    }
    Ok(())
}
