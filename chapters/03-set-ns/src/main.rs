//! set_ns - join existing namespaces with setns(2), then run a command
//!
//! A file in /proc/PID/ns is a *handle* for one namespace of that process.
//! Open it, give the descriptor to setns(2), and the calling process becomes
//! a member of that namespace. nsenter(1) and `docker exec` do the same.
//!
//! ```console
//! host# readlink /proc/25686/ns/net /proc/self/ns/net
//! net:[4026532281]
//! net:[4026531833]
//! host# set_ns /proc/25686/ns/net readlink /proc/self/ns/net
//! net:[4026532281]
//! host# set_ns /proc/25686/ns/mnt /proc/25686/ns/pid -- sh -c 'echo $$'
//! 7
//! ```
//!
//! See: setns(2), namespaces(7)

mod command;

use std::ffi::{OsStr, OsString};
use std::io::{Write, stderr};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{ExitCode, exit};

use clap::{CommandFactory, Parser, error::ErrorKind};
use libc::{CLONE_NEWPID, CLONE_NEWUSER, NS_GET_NSTYPE};
use nix::errno::Errno::{self, EACCES, EINVAL, ENOENT, ENOMEM, ENXIO, EPERM};
use nix::fcntl::{OFlag, open};
use nix::sched::{CloneFlags, setns};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::{prctl::set_pdeathsig, stat::Mode};
use nix::unistd::{AccessFlags, ForkResult, Pid, access, fork};

/// Join existing namespaces with setns(2), then run a command
#[derive(Parser)]
#[command(version, term_width = 80)]
#[command(override_usage = "set_ns HANDLE COMMAND...
       set_ns HANDLE... -- COMMAND...")]
struct Args {
    /// A handle, such as /proc/PID/ns/net, and the command to run; or several
    /// handles, then --, then the command
    #[arg(value_name = "WORD", required = true, trailing_var_arg = true)]
    words: Vec<OsString>,
}

fn main() -> ExitCode {
    let (paths, words) = split(Args::parse().words);

    // We are a member of one namespace of each type. Open every handle before
    // joining any: another mount namespace has another /proc, and there the
    // paths mean other processes, or nothing.
    let handles: Vec<Handle> = paths.iter().map(Handle::open).collect();

    // Ask to be a member of those, in the order given (0: of whatever type).
    // Order matters once a user namespace is among them: it gives us all
    // capabilities over what it owns, and takes those over anything else.
    for handle in &handles {
        if let Err(errno) = setns(&handle.fd, CloneFlags::empty()) {
            fail("setns", handle.path, errno, handle.kind);
        }
    }

    // We have moved, and the command inherits our memberships. All but one: a
    // process never changes its PID namespace. After setns(2) with such a
    // handle we are where we were, and only our children are born there.
    if handles.iter().any(|it| it.kind == CLONE_NEWPID) {
        command::will_be_waited_for();
        // SAFETY: this process has one thread, so the child may do anything.
        match unsafe { fork() } {
            Ok(ForkResult::Parent { child }) => return wait_for(child),
            // In the child: when the parent ends, so do we.
            Ok(ForkResult::Child) => drop(set_pdeathsig(Signal::SIGKILL)),
            Err(errno) => fail("fork", &words[0], errno, -1),
        }
    }
    let errno = command::execute(&words);
    fail("execvp", &words[0], errno, -1)
}

/// The command begins at the first `--`, or else after the first word: there
/// too if the second word is a command, and the `--` is among its arguments.
fn split(mut handles: Vec<OsString>) -> (Vec<OsString>, Vec<OsString>) {
    let dashes = handles.iter().position(|word| word == "--");
    let dashes = dashes.filter(|&at| at < 2 || !is_command(&handles[1]));
    let mut command = handles.split_off(dashes.unwrap_or(1));
    if dashes.is_some() {
        command.remove(0);
    }
    if command.is_empty() {
        let kind = ErrorKind::MissingRequiredArgument;
        Args::command().error(kind, "a command is missing").exit();
    }
    (handles, command)
}

/// Handles are not executable. What is not here may be there, once we joined.
fn is_command(word: &OsStr) -> bool {
    match access(word, AccessFlags::X_OK) {
        Err(ENOENT) => !word.to_string_lossy().contains("/ns/"),
        answer => answer.is_ok(),
    }
}

/// A handle, held open: its namespace lasts at least as long.
struct Handle<'a> {
    path: &'a OsStr,
    fd: OwnedFd,
    /// The CLONE_NEW* flag of its type, or -1: this is not a namespace.
    kind: i32,
}

impl<'a> Handle<'a> {
    fn open(path: &'a OsString) -> Self {
        // A FIFO would wait for a writer, a serial line for a call.
        let flags = OFlag::O_CLOEXEC | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
        let fd = open(path.as_os_str(), flags, Mode::empty())
            .unwrap_or_else(|errno| fail("open", path, errno, -1));
        // SAFETY: this ioctl takes no pointer, and the descriptor is open.
        let kind = unsafe { libc::ioctl(fd.as_raw_fd(), NS_GET_NSTYPE) };
        Handle { path, fd, kind }
    }
}

/// Waits for the child, and passes its status on.
fn wait_for(child: Pid) -> ExitCode {
    // In the parent, a member of the old PID namespace still: we only wait.
    // Ctrl-C is sent to both of us, and is for the command to answer.
    let _ = SigSet::from(Signal::SIGINT).thread_block();
    ExitCode::from(command::status_of(child))
}

/// Names the call, its object and the error, and has advice for the likely.
fn fail(call: &str, object: &OsStr, errno: Errno, kind: i32) -> ! {
    let (code, advice) = match (call, errno, kind) {
        ("open", ENOENT, _) => (1, "no such handle, or its process has ended"),
        ("open", EACCES, _) => (1, "another user's process: try it as root"),
        ("open", ENXIO, _) => (1, "not a namespace: see /proc/PID/ns"),
        ("setns", EPERM, _) => (1, "this needs CAP_SYS_ADMIN: try it as root"),
        ("setns", EINVAL, -1) => (1, "not a namespace: see /proc/PID/ns"),
        ("setns", EINVAL, CLONE_NEWUSER) => (1, "we are a member already"),
        ("setns", EINVAL, CLONE_NEWPID) => (1, "it does not descend from ours"),
        ("fork", ENOMEM, _) => (1, "PID 1 in there has ended: no more forks"),
        ("execvp", ENOENT, _) => (127, "no such command in this mnt namespace"),
        ("execvp", _, _) => (126, "it cannot be executed"),
        _ => (1, "see errno(3)"),
    };
    let object = object.to_string_lossy();
    let reason = errno.desc();
    let text = format!("{call}({object}): {reason}\nset_ns: {advice}");
    let _ = writeln!(stderr(), "set_ns: {text}");
    exit(code)
}
