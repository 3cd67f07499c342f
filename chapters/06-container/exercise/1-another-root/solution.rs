//! confine - run a command in a mount namespace whose root is a folder

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

    // Our list of mounts is a copy of the machine's. Cut the link between the
    // two, or what we change here is changed there.
    unshare(CloneFlags::CLONE_NEWNS)
        .map_err(|errno| format!("unshare: {}", errno.desc()))?;
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(NOTHING, "/", NOTHING, private, NOTHING)
        .map_err(|errno| format!("mount(/): {}", errno.desc()))?;

    // A root is a mount, and the folder is not one yet.
    let bind = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(&*folder), &*folder, NOTHING, bind, NOTHING)
        .map_err(|errno| format!("mount({folder}): {}", errno.desc()))?;

    // The two change places. The old root lies on the new one: take it off.
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
