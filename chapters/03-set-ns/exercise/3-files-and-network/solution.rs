//! look - run a command with the files and the network of a process

use std::env;
use std::error::Error;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, setns};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let pid = args.next().ok_or("usage: look PID COMMAND [ARG...]")?;
    let command = args.next().ok_or("usage: look PID COMMAND [ARG...]")?;

    // Here the path means the process of the task. In its mount namespace there
    // is another /proc, in which PIDs mean other processes.
    let open = |kind| {
        let handle = format!("/proc/{pid}/ns/{kind}");
        let file = File::open(&handle).map_err(|e| format!("{handle}: {e}"))?;
        Ok::<_, String>((handle, file))
    };
    let handles = [open("mnt")?, open("net")?];

    // From here on we open no path, so the order does not matter.
    for (handle, file) in &handles {
        setns(file, CloneFlags::empty())
            .map_err(|errno| format!("setns({handle}): {}", errno.desc()))?;
    }

    let error = Command::new(&command).args(args).exec();
    Err(format!("exec({command}): {error}").into())
}
