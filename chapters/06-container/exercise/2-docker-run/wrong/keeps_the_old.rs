//! Leaves the old root below the new one.

use std::env;
use std::fmt::Display;
use std::os::unix::process::CommandExt;
use std::process::{Command, exit};

use nix::mount::{MsFlags, mount};
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

    match done("waitpid", waitpid(done("clone", child), None)) {
        WaitStatus::Exited(_, status) => exit(status),
        WaitStatus::Signaled(_, signal, _) => exit(128 + signal as i32),
        _ => exit(1),
    }
}

fn container(folder: &str, command: &str, args: &[String]) -> ! {
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    done("mount(/)", mount(NONE, "/", NONE, private, NONE));

    let bind = MsFlags::MS_BIND | MsFlags::MS_REC;
    done(folder, mount(Some(folder), folder, NONE, bind, NONE));
    done(folder, chdir(folder));
    done("pivot_root", pivot_root(".", "./tmp"));
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
