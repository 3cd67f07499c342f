//! Does everything in the parent, even mounts /proc, and then makes PID 1.

use std::env;
use std::process::{Command, exit};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{chdir, pivot_root};

const NONE: Option<&str> = None;

fn main() {
    let args: Vec<String> = env::args().collect();
    let folder = args[1].as_str();
    let new = CloneFlags::CLONE_NEWCGROUP
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWUTS;
    unshare(new).unwrap();
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(NONE, "/", NONE, private, NONE).unwrap();
    mount(Some(folder), folder, NONE, MsFlags::MS_BIND, NONE).unwrap();
    chdir(folder).unwrap();
    pivot_root(".", ".").unwrap();
    umount2(".", MntFlags::MNT_DETACH).unwrap();
    chdir("/").unwrap();
    let proc = Some("proc");
    mount(proc, "/proc", proc, MsFlags::empty(), NONE).unwrap();
    let status = Command::new(&args[2]).args(&args[3..]).status().unwrap();
    exit(status.code().unwrap_or(1));
}
