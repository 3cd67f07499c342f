//! alone - run a command as PID 1 of a new PID namespace

use std::env;
use std::error::Error;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, unshare};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let command = args.next().ok_or("usage: alone COMMAND [ARG...]")?;

    // We keep our PID, and so our PID namespace. Our next child is PID 1 of the
    // new one.
    unshare(CloneFlags::CLONE_NEWPID)
        .map_err(|errno| format!("unshare(CLONE_NEWPID): {}", errno.desc()))?;

    // So the command must be that child: when PID 1 ends, no other process can
    // be born there. We wait for the child, and pass on its status.
    let status = Command::new(&command).args(args).status();
    let status = status.map_err(|error| format!("{command}: {error}"))?;
    let signal = status.signal().unwrap_or(0);
    exit(status.code().unwrap_or(128 + signal))
}
