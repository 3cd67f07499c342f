//! rootless - run a command as the root of a new user namespace

use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::{env, fs};

use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getegid, geteuid};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let command = args.next().ok_or("usage: rootless COMMAND [ARG...]")?;

    // Our user and group out here. In there we look like 65534 until there is a
    // map.
    let uid = geteuid();
    let gid = getegid();

    // The one type that takes no privilege. From here on we have all
    // capabilities in there, until exec checks whether we are root.
    unshare(CloneFlags::CLONE_NEWUSER)
        .map_err(|errno| format!("unshare(CLONE_NEWUSER): {}", errno.desc()))?;

    // So we write the maps before exec. We may map only our own user and group,
    // and the group only after we have given up setgroups(2).
    write("/proc/self/uid_map", &format!("0 {uid} 1"))?;
    write("/proc/self/setgroups", "deny")?;
    write("/proc/self/gid_map", &format!("0 {gid} 1"))?;

    let error = Command::new(&command).args(args).exec();
    Err(format!("exec({command}): {error}").into())
}

fn write(path: &str, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{path}: {error}"))
}
