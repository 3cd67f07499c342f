//! box - run a command in six new namespaces and a root of its own

use std::env;
use std::fmt::Display;
use std::os::unix::process::CommandExt;
use std::process::{Command, exit};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, clone};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{chdir, pivot_root};

const NONE: Option<&str> = None;

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let [folder, command, args @ ..] = args.as_slice() else {
        eprintln!("usage: box FOLDER COMMAND [ARG...]");
        exit(2)
    };

    // A child that is a member of six new namespaces. Our memberships stay.
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

    // In the parent: the child's status becomes ours.
    match done("waitpid", waitpid(done("clone", child), None)) {
        WaitStatus::Exited(_, status) => exit(status),
        WaitStatus::Signaled(_, signal, _) => exit(128 + signal as i32),
        _ => exit(1),
    }
}

/// Makes the folder the root and becomes the command.
fn container(folder: &str, command: &str, args: &[String]) -> ! {
    // In the child. Our mounts are a copy, linked with the machine's: cut the
    // link before anything changes.
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    done("mount(/)", mount(NONE, "/", NONE, private, NONE));

    // The folder becomes a mount, the mount becomes the root, and the old root
    // goes.
    let bind = MsFlags::MS_BIND | MsFlags::MS_REC;
    done(folder, mount(Some(folder), folder, NONE, bind, NONE));
    done(folder, chdir(folder));
    done("pivot_root", pivot_root(".", "."));
    done("umount(old root)", umount2(".", MntFlags::MNT_DETACH));
    done("chdir(/)", chdir("/"));

    // proc shows the PID namespace of the process that mounts it: ours.
    let proc = Some("proc");
    done(
        "mount(/proc)",
        mount(proc, "/proc", proc, MsFlags::empty(), NONE),
    );

    let error = Command::new(command).args(args).exec();
    done(command, Err(error))
}

/// Returns the result of a call, or ends the program if the call has failed.
fn done<T, E: Display>(call: &str, result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| {
        eprintln!("box: {call}: {error}");
        exit(1)
    })
}
