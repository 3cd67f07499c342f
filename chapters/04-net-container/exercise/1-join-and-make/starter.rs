//! run - run a command in the network namespace of another process

use std::env;
use std::error::Error;

const USAGE: &str = "usage: run --net container:PID COMMAND [ARG...]";

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let net = args.nth(1).ok_or(USAGE)?;
    let donor = net.strip_prefix("container:").ok_or(USAGE)?;
    let command = args.next().ok_or(USAGE)?;

    // TODO: join one namespace of the process `donor`: its network.

    // TODO: make five new ones: cgroup, ipc, mnt, pid, uts.

    // TODO: run the command as PID 1 of the new PID namespace. What is left
    // of `args` are its arguments. Wait for it, and end with its status.
    Err(format!("{command} was not run; {donor} was not joined").into())
}
