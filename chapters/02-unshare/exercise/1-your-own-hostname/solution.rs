//! named - run a command with a hostname of its own

use std::env;
use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, unshare};
use nix::unistd::sethostname;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let name = args.next().ok_or("usage: named NAME COMMAND [ARG...]")?;
    let command = args.next().ok_or("usage: named NAME COMMAND [ARG...]")?;

    // A new uts namespace with a copy of the old one's name. We are its only
    // member.
    unshare(CloneFlags::CLONE_NEWUTS)
        .map_err(|errno| format!("unshare(CLONE_NEWUTS): {}", errno.desc()))?;

    // So from here on a change of the name concerns no other process.
    sethostname(&name)
        .map_err(|errno| format!("sethostname({name}): {}", errno.desc()))?;

    // exec keeps the process, and so its memberships.
    let error = Command::new(&command).args(args).exec();
    Err(format!("exec({command}): {error}").into())
}
