//! confine - run a command in a folder

use std::env;
use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::sched::{CloneFlags, unshare};
use nix::unistd::{chdir, chroot};

const USAGE: &str = "usage: confine FOLDER COMMAND [ARG...]";

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let folder = args.next().ok_or(USAGE)?;
    let command = args.next().ok_or(USAGE)?;

    // Our list of mounts is a copy of the machine's.
    unshare(CloneFlags::CLONE_NEWNS)
        .map_err(|errno| format!("unshare: {}", errno.desc()))?;

    // Its root is the folder.
    chroot(&*folder)
        .map_err(|errno| format!("chroot({folder}): {}", errno.desc()))?;
    chdir("/").map_err(|errno| format!("chdir(/): {}", errno.desc()))?;

    let error = Command::new(&command).args(args).exec();
    Err(format!("exec({command}): {error}").into())
}
