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

mod command;

use std::io::{self, Write};
use std::{ffi::OsString, fs, process::exit};

use clap::Parser;
use nix::errno::Errno::{self, EINVAL, ENOENT, ENOSPC, EPERM};
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{SigSet, SigmaskHow::SIG_BLOCK, Signal};
use nix::unistd::{ForkResult, fork, getegid, geteuid};

/// Run a command in new namespaces
#[rustfmt::skip]
#[derive(Parser)]
#[command(version, term_width = 80)]
struct Args {
    #[arg(short='C', long, help="Cgroup: root of cgroup paths")]   cgroup: bool,
    #[arg(short='i', long, help="IPC: System V, message queues")]  ipc: bool,
    #[arg(short='n', long, help="Network: devices, ports, ...")]   net: bool,
    #[arg(short='m', long, help="Mount: mount points")]            mount: bool,
    #[arg(short='p', long, help="PID: process IDs (add --fork)")]  pid: bool,
    #[arg(short='T', long, help="Time: boot, monotonic clocks")]   time: bool,
    #[arg(short='U', long, help="User: IDs, capabilities")]        user: bool,
    #[arg(short='u', long, help="UTS: hostname, domain name")]     uts: bool,
    /// Run the command in a child process
    #[arg(short, long)] fork: bool,
    /// Be root in a new user namespace (implies --user)
    #[arg(short = 'r', long)] map_root_user: bool,
    /// Mount a new /proc for the command (implies --mount)
    #[arg(long)] mount_proc: bool,
    /// What the old mount namespace and the new one see of each other
    #[arg(long, value_parser = ["private", "shared", "slave", "unchanged"])]
    #[arg(value_name = "HOW", default_value = "private")] propagation: String,
    /// The command and its arguments
    #[arg(env = "SHELL", hide_env_values = true, default_value = "/bin/sh")]
    #[arg(trailing_var_arg = true)] command: Vec<OsString>,
}

fn main() {
    let mut args = Args::parse();
    args.mount |= args.mount_proc;
    args.user |= args.map_root_user;
    let asked = TYPES.iter().filter(|(.., asked)| asked(&args));
    let names: Vec<_> = asked.clone().map(|(name, ..)| *name).collect();
    let flags = asked.fold(0, |flags, (_, flag, _)| flags | flag);

    // Who we are now. A new user namespace knows nobody: before it has a map,
    // we look like 65534 in it, and could not tell any more who we were.
    let (uid, gid) = (geteuid(), getegid());

    // One call for all: the kernel makes the user namespace first and lets it
    // own the others, so the capabilities we get in it are good for them too.
    // The user namespace takes a process of one thread: others get EINVAL.
    let moved = unshare(CloneFlags::from_bits_retain(flags));
    must(moved, "unshare", &names.join("|"));

    // Our user becomes the root of the new user namespace, and its only user.
    // One without privilege may map none but itself, and its group only after
    // it has given up setgroups(2): a group can be there to keep members out.
    if args.map_root_user {
        write("/proc/self/uid_map", &format!("0 {uid} 1"));
        write("/proc/self/setgroups", "deny");
        write("/proc/self/gid_map", &format!("0 {gid} 1"));
    }

    // This mount namespace starts as a copy of the old one, and the copy of a
    // shared mount is its peer: what is mounted on one side shows on the other.
    // unshare(2) leaves it so; unshare(1), like us, makes the copies private.
    if args.mount {
        propagate("/", &args.propagation);
    }

    // We stay in our PID namespace, for no process's PID ever changes. Our next
    // child is PID 1 of the new one, and when PID 1 ends, no other can be born
    // there (ENOMEM): so the command must be that child. --time too is for the
    // children only and, since Linux 6.2, for us once we have called exec(3).
    if args.fork {
        let ctrl_c = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]);
        let before = ctrl_c.thread_swap_mask(SIG_BLOCK);
        let before = must(before, "sigprocmask", "SIG_BLOCK");
        command::will_be_waited_for();
        // SAFETY: this process has one thread, so the child may do anything.
        let forked = unsafe { fork() };
        if let ForkResult::Parent { child } = must(forked, "fork", "") {
            // The parent, where it always was. Ctrl-C is for the child, which
            // gets it too; we must outlive the child to tell how it ended.
            exit(command::status_of(child).into());
        }
        // The child, a member of all the new namespaces, and the first one.
        // When the parent is killed, so are we: unshare(1) has --kill-child.
        must(before.thread_set_mask(), "sigprocmask", "SIG_SETMASK");
        must(set_pdeathsig(Signal::SIGKILL), "prctl", "PR_SET_PDEATHSIG");
    }

    // Unless told otherwise, a /proc shows the PID namespace of whoever mounts
    // it: so it is the child that must do this, and not over anybody else's.
    if args.mount_proc {
        propagate("/proc", "private");
        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
        let (proc, none) = (Some("proc"), None::<&str>);
        must(mount(proc, "/proc", proc, flags, none), "mount", "/proc");
    }

    // exec(3) keeps the process, and so all that it is a member of.
    let errno = command::execute(&args.command);
    must(Err(errno), "execvp", &args.command[0].to_string_lossy())
}

type Asked = fn(&Args) -> bool;

/// The types, in the order of namespaces(7). nix has no CLONE_NEWTIME yet.
#[rustfmt::skip]
const TYPES: [(&str, i32, Asked); 8] = [
    ("CLONE_NEWCGROUP", libc::CLONE_NEWCGROUP, |a| a.cgroup),
    ("CLONE_NEWIPC",    libc::CLONE_NEWIPC,    |a| a.ipc),
    ("CLONE_NEWNET",    libc::CLONE_NEWNET,    |a| a.net),
    ("CLONE_NEWNS",     libc::CLONE_NEWNS,     |a| a.mount),
    ("CLONE_NEWPID",    libc::CLONE_NEWPID,    |a| a.pid),
    ("CLONE_NEWTIME",   libc::CLONE_NEWTIME,   |a| a.time),
    ("CLONE_NEWUSER",   libc::CLONE_NEWUSER,   |a| a.user),
    ("CLONE_NEWUTS",    libc::CLONE_NEWUTS,    |a| a.uts),
];

fn write(path: &str, text: &str) {
    must(fs::write(path, text), "write", path)
}

/// Private mounts tell nothing and are told nothing; slaves are told of what
/// happens on the old side; shared ones do both.
fn propagate(target: &str, how: &str) {
    let how = match how {
        "private" => MsFlags::MS_PRIVATE,
        "slave" => MsFlags::MS_SLAVE,
        "shared" => MsFlags::MS_SHARED,
        _ => return,
    };
    let (none, flags) = (None::<&str>, how | MsFlags::MS_REC);
    must(mount(none, target, none, flags, none), "mount", target)
}

/// The root of a chroot seldom is one.
const NO_MOUNT_POINT: &str =
    "no mount point: before chroot DIR, mount --bind DIR DIR
unshare: or add --propagation unchanged";

/// What the call returned, if it succeeded. Else names it, its object and the
/// error, and has advice for the likely.
fn must<T>(result: Result<T, impl Into<io::Error>>, call: &str, on: &str) -> T {
    let error = match result {
        Ok(value) => return value,
        Err(error) => error.into(),
    };
    let errno = Errno::from_raw(error.raw_os_error().unwrap_or(0));
    let (code, advice) = match (call, errno) {
        ("unshare", EPERM) if on.contains("USER") => {
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
        ("mount", EINVAL) => (1, NO_MOUNT_POINT),
        ("execvp", ENOENT) => (127, "no such command"),
        ("execvp", _) => (126, "it cannot be executed"),
        _ => (1, "see errno(3)"),
    };
    let text = format!("{call}({on}): {}\nunshare: {advice}", errno.desc());
    let _ = writeln!(io::stderr(), "unshare: {text}");
    exit(code)
}
