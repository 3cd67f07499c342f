//! unshare - move this process to new namespaces with unshare(2)
//!
//! For each CLONE_NEW* flag the kernel creates a new namespace of that type and
//! makes the caller a member of it (its children, if the type is PID or time).
//! Then we execute the command: exec(3) changes the program and keeps the
//! memberships. unshare(1) does the same, with the same options.
//!
//! ```console
//! host# unshare --uts sh -c 'hostname db; hostname'
//! db
//! host# hostname
//! host
//! host# unshare --pid --fork sh -c 'echo $$'
//! 1
//! ```
//!
//! See: unshare(2), namespaces(7)

mod args;
mod command;
mod mounts;

use std::fs;
use std::io::{Write, stderr};
use std::process::exit;

use clap::Parser;
use nix::errno::Errno::{self, EAGAIN, EINVAL, ENOENT, ENOSPC, EPERM};
use nix::sched::unshare;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{SigSet, SigmaskHow::SIG_BLOCK, Signal};
use nix::unistd::{ForkResult, Gid, Uid, fork, getegid, geteuid};

use args::Args;

fn main() {
    let args = Args::parse();
    let (flags, names) = args.types();

    // Who we are now. A new user namespace knows nobody: before it has a map,
    // we look like 65534 in it, and could not tell any more who we were.
    let uid = geteuid();
    let gid = getegid();

    // One call for all: the kernel makes the user namespace first and lets it
    // own the others, so the capabilities we get in it are good for them too.
    // The user namespace takes a process of one thread: others get EINVAL.
    if let Err(errno) = unshare(flags) {
        fail("unshare", &names, errno);
    }

    // We are a member of all of them at once, but for PID and time: those are
    // for our children. What is left is work inside.
    if args.map_root_user {
        become_root(uid, gid);
    }
    if args.unshares_mounts() {
        mounts::propagate("/", &args.propagation);
    }
    if args.fork {
        go_on_in_a_child();
    }
    if args.mount_proc {
        mounts::mount_proc();
    }

    // exec(3) keeps the process, and so all that it is a member of.
    let errno = command::execute(&args.command);
    fail("execvp", &args.command[0].to_string_lossy(), errno)
}

/// Makes our user the root of the new user namespace, and its only user. One
/// without privilege may map none but itself, and its group only after it has
/// given up setgroups(2): a group can be there to keep members out.
fn become_root(uid: Uid, gid: Gid) {
    write("/proc/self/uid_map", &format!("0 {uid} 1"));
    write("/proc/self/setgroups", "deny");
    write("/proc/self/gid_map", &format!("0 {gid} 1"));
}

fn write(path: &str, text: &str) {
    if let Err(error) = fs::write(path, text) {
        let errno = error.raw_os_error().unwrap_or(0);
        fail("write", path, Errno::from_raw(errno));
    }
}

/// Forks: the child goes on, and the parent waits for it and ends as it does.
///
/// We stay in our PID namespace, for no process's PID ever changes. Our next
/// child is PID 1 of the new one, and when PID 1 ends, no other can be born
/// there (ENOMEM): so the command must be that child. --time too is for the
/// children only and, since Linux 6.2, for us once we have called exec(3).
fn go_on_in_a_child() {
    let ctrl_c = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]);
    let before = ctrl_c
        .thread_swap_mask(SIG_BLOCK)
        .unwrap_or_else(|errno| fail("sigprocmask", "SIG_BLOCK", errno));
    command::will_be_waited_for();
    // SAFETY: this process has one thread, so the child may do anything.
    match unsafe { fork() } {
        // The parent, where it always was. Ctrl-C is for the child, which
        // gets it too; we must outlive the child to tell how it ended.
        Ok(ForkResult::Parent { child }) => {
            exit(command::status_of(child).into())
        }
        // The child, a member of all the new namespaces, and the first one.
        // When the parent is killed, so are we: unshare(1) has --kill-child.
        Ok(ForkResult::Child) => {
            if let Err(errno) = before.thread_set_mask() {
                fail("sigprocmask", "SIG_SETMASK", errno);
            }
            if let Err(errno) = set_pdeathsig(Signal::SIGKILL) {
                fail("prctl", "PR_SET_PDEATHSIG", errno);
            }
        }
        Err(errno) => fail("fork", "", errno),
    }
}

/// Names the call, its object and the error, and has advice for the likely.
fn fail(call: &str, object: &str, errno: Errno) -> ! {
    let (code, advice) = match (call, errno) {
        ("unshare", EPERM) if object.contains("USER") => {
            (1, "a chroot, a missing uid_map or this system forbids it")
        }
        ("unshare", EPERM) => (1, "needs CAP_SYS_ADMIN: be root or add --user"),
        ("unshare", ENOSPC) => (1, "at a limit: /proc/sys/user, or 32 levels"),
        ("unshare", EINVAL) => {
            (1, "add --fork to a --pid before; or the kernel lacks one")
        }
        ("write", EPERM) => (1, "user namespaces are restricted: AppArmor?"),
        ("mount", EPERM) => {
            (1, "in a user namespace: --pid --fork, no mount in /proc")
        }
        ("mount", EINVAL) => (1, mounts::NO_MOUNT_POINT),
        ("fork", EAGAIN) => (1, "at a limit: pids.max, or ulimit -u"),
        ("execvp", ENOENT) => (127, "no such command"),
        ("execvp", _) => (126, "it cannot be executed"),
        _ => (1, "see errno(3)"),
    };
    let reason = errno.desc();
    let text = format!("{call}({object}): {reason}\nunshare: {advice}");
    let _ = writeln!(stderr(), "unshare: {text}");
    exit(code)
}
