//! Makes one new PID namespace for all children.

use std::env;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use nix::sched::{CloneFlags, setns, unshare};
use nix::unistd::{ForkResult, fork};

fn main() {
    let shared = CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS;
    let mut pause = Command::new("pause");
    pause.stdin(Stdio::null());
    let open = |kind| File::open(format!("/proc/self/ns/{kind}")).unwrap();
    let before = ["net", "ipc", "uts"].map(open);
    unshare(shared).unwrap();
    let mut pause = pause.spawn().unwrap();
    let pod = ["net", "ipc", "uts"].map(open);
    for file in &before {
        setns(file, CloneFlags::empty()).unwrap();
    }
    unshare(CloneFlags::CLONE_NEWPID).unwrap();
    for command in env::args().skip(1) {
        // SAFETY: there is one thread.
        if let ForkResult::Child = unsafe { fork() }.unwrap() {
            for file in &pod {
                setns(file, CloneFlags::empty()).unwrap();
            }
            unshare(CloneFlags::CLONE_NEWNS).unwrap();
            panic!("{}", Command::new(command).exec());
        }
    }
    for _ in env::args().skip(1) {
        nix::sys::wait::waitpid(nix::unistd::Pid::from_raw(-1), None).unwrap();
    }
    pause.kill().unwrap();
}
