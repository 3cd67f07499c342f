//! guarded - run a command that cannot change the network it sees

use std::env;
use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// See capabilities(7), and linux/capability.h for the numbers.
const CAP_NET_ADMIN: libc::c_int = 12;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let command = args.next().ok_or("usage: guarded COMMAND [ARG...]")?;

    // TODO: take this capability from ourselves, so that exec does not give it
    // back.
    let _ = CAP_NET_ADMIN;

    // We are what the command will be: exec only returns if it fails.
    let error = Command::new(&command).args(args).exec();
    Err(format!("exec({command}): {error}").into())
}
