//! run - run a command in the network namespace of another process
//!
//! The command joins one namespace of that process, net, and gets five new
//! ones.

use std::env;
use std::error::Error;
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, setns, unshare};

const USAGE: &str = "usage: run --net container:PID COMMAND [ARG...]";

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let net = args.nth(1).ok_or(USAGE)?;
    let donor = net.strip_prefix("container:").ok_or(USAGE)?;
    let command = args.next().ok_or(USAGE)?;

    // Join one: the network of the donor. A process that has ended has no
    // handle.
    let handle = format!("/proc/{donor}/ns/net");
    let file = File::open(&handle).map_err(|e| format!("{handle}: {e}"))?;
    setns(&file, CloneFlags::CLONE_NEWNET)
        .map_err(|errno| format!("setns({handle}): {}", errno.desc()))?;

    // Make five. We are a member of four of them now. The fifth, pid, takes
    // only children: our first one is its PID 1.
    let new = CloneFlags::CLONE_NEWCGROUP
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWUTS;
    unshare(new).map_err(|errno| format!("unshare: {}", errno.desc()))?;

    // The child inherits all memberships. Its status is ours.
    let status = Command::new(&command).args(args).status();
    let status = status.map_err(|e| format!("exec({command}): {e}"))?;
    let signal = || 128 + status.signal().unwrap_or(0);
    exit(status.code().unwrap_or_else(signal))
}
