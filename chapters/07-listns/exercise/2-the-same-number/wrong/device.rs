//! Compares the device as well: it is the same for all namespaces.

use std::env;
use std::error::Error;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Command;

const USAGE: &str = "usage: still PIDFILE COMMAND [ARG...]";

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

fn namespace(pid_file: &str) -> Result<(u64, u64), String> {
    let pid = fs::read_to_string(pid_file);
    let pid = pid.map_err(|e| format!("{pid_file}: {e}"))?;
    let handle = format!("/proc/{}/ns/uts", pid.trim());
    let stat = fs::metadata(&handle).map_err(|e| format!("{handle}: {e}"))?;
    Ok((stat.dev(), stat.ino()))
}
