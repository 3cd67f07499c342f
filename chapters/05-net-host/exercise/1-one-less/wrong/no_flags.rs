//! Takes all flags away for the host's network.

use std::env;
use std::error::Error;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, unshare};

const USAGE: &str = "usage: run --net none|host COMMAND [ARG...]";

/// The five types that are new in any case.
const NEW: CloneFlags = CloneFlags::CLONE_NEWCGROUP
    .union(CloneFlags::CLONE_NEWIPC)
    .union(CloneFlags::CLONE_NEWNS)
    .union(CloneFlags::CLONE_NEWPID)
    .union(CloneFlags::CLONE_NEWUTS);

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(2);
    let net = args.next().ok_or(USAGE)?;
    let command = args.next().ok_or(USAGE)?;

    // The sixth, net: a new one has no card but lo. Without a flag for it, the
    // child keeps the machine's, of which we are a member.
    let flags = match net.as_str() {
        "none" => NEW | CloneFlags::CLONE_NEWNET,
        "host" => CloneFlags::empty(),
        _ => return Err(USAGE.into()),
    };
    unshare(flags).map_err(|errno| format!("unshare: {}", errno.desc()))?;

    // The command's process inherits all of these, and is PID 1.
    let status = Command::new(&command).args(args).status();
    let status = status.map_err(|e| format!("exec({command}): {e}"))?;
    let signal = || 128 + status.signal().unwrap_or(0);
    exit(status.code().unwrap_or_else(signal))
}
