//! Makes the folder private before it is a mount.

use std::env;
use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{chdir, pivot_root};

const USAGE: &str = "usage: confine FOLDER COMMAND [ARG...]";
const NOTHING: Option<&str> = None;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let folder = args.next().ok_or(USAGE)?;
    let command = args.next().ok_or(USAGE)?;

    unshare(CloneFlags::CLONE_NEWNS)
        .map_err(|errno| format!("unshare: {}", errno.desc()))?;
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(NOTHING, &*folder, NOTHING, private, NOTHING)
        .map_err(|errno| format!("mount({folder}): {}", errno.desc()))?;
    let bind = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(&*folder), &*folder, NOTHING, bind, NOTHING)
        .map_err(|errno| format!("mount({folder}): {}", errno.desc()))?;

    chdir(&*folder)
        .map_err(|errno| format!("chdir({folder}): {}", errno.desc()))?;
    pivot_root(".", ".")
        .map_err(|errno| format!("pivot_root({folder}): {}", errno.desc()))?;
    umount2(".", MntFlags::MNT_DETACH)
        .map_err(|errno| format!("umount(old root): {}", errno.desc()))?;
    chdir("/").map_err(|errno| format!("chdir(/): {}", errno.desc()))?;

    let error = Command::new(&command).args(args).exec();
    Err(format!("exec({command}): {error}").into())
}
