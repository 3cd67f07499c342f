//! enter - run a command in the namespaces of a process

use std::env;
use std::error::Error;
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, exit};

use nix::sched::{CloneFlags, setns};

/// Types of which a container has a namespace of its own.
const TYPES: [&str; 6] = ["cgroup", "ipc", "mnt", "net", "pid", "uts"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let pid = args.next().ok_or("usage: enter PID COMMAND [ARG...]")?;
    let command = args.next().ok_or("usage: enter PID COMMAND [ARG...]")?;

    // Open every handle before joining any: in another mount namespace this
    // path means another process, or nothing.
    let mut handles = Vec::new();
    for kind in TYPES {
        let handle = format!("/proc/{pid}/ns/{kind}");
        let file = File::open(&handle).map_err(|e| format!("{handle}: {e}"))?;
        handles.push((handle, file));
    }
    for (handle, file) in &handles {
        setns(file, CloneFlags::empty())
            .map_err(|errno| format!("setns({handle}): {}", errno.desc()))?;
    }

    // We are in five of them; in the sixth, the PID namespace, our children are
    // born. So the command is a child, and we pass on its status.
    let status = Command::new(&command).args(args).status();
    let status = status.map_err(|error| format!("{command}: {error}"))?;
    let signal = status.signal().unwrap_or(0);
    exit(status.code().unwrap_or(128 + signal))
}
