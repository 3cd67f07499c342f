//! guarded - run a command that cannot change the network it sees

use std::env;
use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::errno::Errno;

/// See capabilities(7), and linux/capability.h for the numbers.
const CAP_NET_ADMIN: libc::c_int = 12;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let command = args.next().ok_or("usage: guarded COMMAND [ARG...]")?;

    // We are root: at exec we get every capability of the bounding set, even
    // those that we have dropped before. So take it out of there.
    // SAFETY: this operation takes a number, and no pointer.
    let done = unsafe { libc::prctl(libc::PR_CAPBSET_DROP, CAP_NET_ADMIN) };
    Errno::result(done)
        .map_err(|errno| format!("prctl(CAP_NET_ADMIN): {}", errno.desc()))?;

    // We are what the command will be: exec only returns if it fails.
    let error = Command::new(&command).args(args).exec();
    Err(format!("exec({command}): {error}").into())
}
