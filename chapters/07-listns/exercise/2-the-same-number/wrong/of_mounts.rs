//! Asks for the identifier in the way that is for mount namespaces.

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::process::Command;

const USAGE: &str = "usage: still PIDFILE COMMAND [ARG...]";

nix::ioctl_read!(ns_get_mntns_id, 0xb7, 5, u64);

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let pid_file = args.next().ok_or(USAGE)?;
    let command = args.next().ok_or(USAGE)?;

    let before = namespace(&pid_file)?;
    let status = Command::new(&command).args(args).status();
    status.map_err(|e| format!("exec({command}): {e}"))?;
    let after = namespace(&pid_file)?;

    println!("{}", if before == after { "same" } else { "another" });
    Ok(())
}

fn namespace(pid_file: &str) -> Result<u64, String> {
    let pid = fs::read_to_string(pid_file);
    let pid = pid.map_err(|e| format!("{pid_file}: {e}"))?;
    let handle = format!("/proc/{}/ns/uts", pid.trim());
    let file = File::open(&handle).map_err(|e| format!("{handle}: {e}"))?;
    let mut id = 0;
    // SAFETY: the call writes to a variable that outlives it.
    unsafe { ns_get_mntns_id(file.as_raw_fd(), &raw mut id) }
        .map_err(|errno| format!("{handle}: {}", errno.desc()))?;
    Ok(id)
}
