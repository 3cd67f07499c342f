//! Ends with 0 in any case.

use std::env;
use std::fmt::Display;
use std::os::unix::process::CommandExt;
use std::process::{Command, exit};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, clone};
use nix::sys::wait::waitpid;
use nix::unistd::{chdir, pivot_root};

const NONE: Option<&str> = None;

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let [folder, command, args @ ..] = args.as_slice() else {
        eprintln!("usage: box FOLDER COMMAND [ARG...]");
        exit(2)
    };

    let new = CloneFlags::CLONE_NEWCGROUP
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWUTS;
    let pid_1 = Box::new(|| container(folder, command, args));
    let mut stack = vec![0; 256 * 1024];
    // SAFETY: we have one thread, and the child has a copy of our memory.
    let child = unsafe { clone(pid_1, &mut stack, new, Some(libc::SIGCHLD)) };

    done("waitpid", waitpid(done("clone", child), None));
}

fn container(folder: &str, command: &str, args: &[String]) -> ! {
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    done("mount(/)", mount(NONE, "/", NONE, private, NONE));

    let bind = MsFlags::MS_BIND | MsFlags::MS_REC;
    done(folder, mount(Some(folder), folder, NONE, bind, NONE));
    done(folder, chdir(folder));
    done("pivot_root", pivot_root(".", "."));
    done("umount(old root)", umount2(".", MntFlags::MNT_DETACH));
    done("chdir(/)", chdir("/"));

    let proc = Some("proc");
    done(
        "mount(/proc)",
        mount(proc, "/proc", proc, MsFlags::empty(), NONE),
    );

    let error = Command::new(command).args(args).exec();
    done(command, Err(error))
}

fn done<T, E: Display>(call: &str, result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| {
        eprintln!("box: {call}: {error}");
        exit(1)
    })
}
