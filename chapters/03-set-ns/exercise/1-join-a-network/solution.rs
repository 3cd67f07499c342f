//! join - join the network namespace of a process, then run a command

use std::env;
use std::error::Error;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, setns};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let pid = args.next().ok_or("usage: join PID COMMAND [ARG...]")?;
    let command = args.next().ok_or("usage: join PID COMMAND [ARG...]")?;

    // An open handle is the namespace: from here on the process may end.
    let handle = format!("/proc/{pid}/ns/net");
    let file = File::open(&handle).map_err(|e| format!("{handle}: {e}"))?;

    // The flag says which type it must be; another one would be an error.
    setns(&file, CloneFlags::CLONE_NEWNET)
        .map_err(|errno| format!("setns({handle}): {}", errno.desc()))?;

    // We are what the command will be: exec only returns if it fails.
    let error = Command::new(&command).args(args).exec();
    Err(format!("exec({command}): {error}").into())
}
