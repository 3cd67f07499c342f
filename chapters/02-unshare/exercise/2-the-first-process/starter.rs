//! alone - run a command as PID 1 of a new PID namespace

use std::env;
use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, unshare};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let command = args.next().ok_or("usage: alone COMMAND [ARG...]")?;

    unshare(CloneFlags::CLONE_NEWPID)
        .map_err(|errno| format!("unshare(CLONE_NEWPID): {}", errno.desc()))?;

    let error = Command::new(&command).args(args).exec();
    Err(format!("exec({command}): {error}").into())
}
