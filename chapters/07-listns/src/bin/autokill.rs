//! autokill - run a command as PID 1, until a descriptor is closed
//!
//! A PID descriptor refers to a process. With CLONE_PIDFD_AUTOKILL, since Linux
//! 7.1, clone3(2) returns one that holds the process: when its last copy is
//! closed, by whomever and for whatever reason, the kernel kills the process.
//! As PID 1 of a namespace it takes all others in there with it. Nobody waits
//! for it and nothing is left behind, whatever becomes of us.
//!
//! See: clone3(2), pidfd_open(2), pid_namespaces(7)

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write, stderr, stdin};
use std::mem::size_of;
use std::os::fd::FromRawFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, exit};

use clap::Parser;
use libc::{CLONE_NEWPID, CLONE_PIDFD, SYS_clone3, c_int, syscall};
use nix::errno::Errno::{self, EINVAL, ENOENT, EPERM};

/// The first fields of `struct clone_args` (linux/sched.h).
#[repr(C)]
struct CloneArgs {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
}
/// Nobody waits for the child (linux/sched.h).
const CLONE_AUTOREAP: u64 = 1 << 34;
/// The child is killed with the last copy of its descriptor.
const CLONE_PIDFD_AUTOKILL: u64 = 1 << 36;

/// Run a command as PID 1, until a descriptor is closed: at the end of stdin
#[derive(Parser)]
#[command(version, term_width = 80)]
struct Args {
    /// Command to run
    #[arg(required = true, trailing_var_arg = true)]
    command: Vec<OsString>,
}

fn main() {
    let args = Args::parse();
    let mut pidfd: c_int = -1;
    // SAFETY: all fields are numbers, and 0 stands for none.
    let mut clone: CloneArgs = unsafe { std::mem::zeroed() };
    clone.flags = CLONE_PIDFD as u64 | CLONE_NEWPID as u64;
    clone.flags |= CLONE_AUTOREAP | CLONE_PIDFD_AUTOKILL;
    clone.pidfd = &raw mut pidfd as u64;

    let size = size_of::<CloneArgs>();
    // SAFETY: this process has one thread, so the child may do anything.
    match unsafe { syscall(SYS_clone3, &raw mut clone, size) } {
        // In the child, PID 1 of its PID namespace.
        0 => {
            let [program, words @ ..] = &args.command[..] else {
                return;
            };
            let error = Command::new(program).args(words).exec();
            let errno = Errno::from_raw(error.raw_os_error().unwrap_or(0));
            fail("execvp", &program.to_string_lossy(), errno)
        }
        -1 => fail("clone3", "CLONE_PIDFD_AUTOKILL", Errno::last()),
        _ => {}
    }
    // In the parent. The descriptor is all that it needs to do.
    // SAFETY: the kernel has just opened it for us.
    let pidfd = unsafe { File::from_raw_fd(pidfd) };
    let _ = stdin().read_to_end(&mut Vec::new());
    drop(pidfd);
}

/// Names the call, its object and the error, and has advice for the likely.
fn fail(call: &str, object: &str, errno: Errno) -> ! {
    let (code, advice) = match (call, errno) {
        ("clone3", EINVAL) => (1, "Linux has this flag since 7.1"),
        ("clone3", EPERM) => (1, "this needs CAP_SYS_ADMIN: try it as root"),
        ("execvp", ENOENT) => (127, "no such command"),
        ("execvp", _) => (126, "it cannot be executed"),
        _ => (1, "see errno(3)"),
    };
    let reason = errno.desc();
    let text = format!("{call}({object}): {reason}\nautokill: {advice}");
    let _ = writeln!(stderr(), "autokill: {text}");
    exit(code)
}
