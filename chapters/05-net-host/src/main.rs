//! net-host - run a command in new namespaces, but in our network namespace
//!
//! clone(2) creates five new ones for it: cgroup, ipc, mnt, pid and uts. For a
//! sixth, net, a container usually has one too. Here the flag CLONE_NEWNET is
//! missing, and the command keeps ours, as it keeps time and user. `docker run
//! --net host` does the same.
//!
//! ```console
//! host# readlink /proc/self/ns/net /proc/self/ns/uts
//! net:[4026531833]
//! uts:[4026531838]
//! host# net-host --net host readlink /proc/self/ns/net /proc/self/ns/uts
//! net:[4026531833]
//! uts:[4026532180]
//! ```
//!
//! See: clone(2), network_namespaces(7)

mod command;

use std::ffi::OsString;
use std::io::{Write, stderr};
use std::process::{ExitCode, exit};

use clap::{Parser, ValueEnum};
use nix::errno::Errno::{self, EBUSY, EINVAL, ENOENT, ENOSPC, EPERM};
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, clone};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{SigSet, Signal};

/// Run a command in our network namespace, and in new cgroup, ipc, mnt, pid
/// and uts namespaces
#[derive(Parser)]
#[command(version, term_width = 80)]
struct Args {
    /// The network namespace to be a member of: ours, nothing else
    #[arg(long)]
    net: Net,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true)]
    command: Vec<OsString>,
}

#[derive(Clone, ValueEnum)]
enum Net {
    Host,
}

fn main() -> ExitCode {
    let args = Args::parse();
    command::will_be_waited_for();

    // We are a member of one namespace of each type. `host` asks to keep the
    // one of type net: there is nothing to join, and one flag less to give.
    let Net::Host = args.net;

    // Ask for a child that is a member of five new ones. For the types without
    // a flag it is a member of ours: time, user, and now net too.
    let new = CloneFlags::CLONE_NEWCGROUP
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWUTS;
    let pid_1 = Box::new(|| container(&args.command));
    let mut stack = vec![0; 256 * 1024];
    // SAFETY: we have one thread, and the child has a copy of our memory.
    let child = unsafe { clone(pid_1, &mut stack, new, Some(libc::SIGCHLD)) };

    // In the parent: none of our own memberships has changed. We wait.
    wait_for(child.unwrap_or_else(|errno| fail("clone", "CLONE_NEW*", errno)))
}

/// Mounts what shows our new namespaces, and becomes the command.
fn container(words: &[OsString]) -> ! {
    // In the child, PID 1 of its PID namespace. When the parent ends, so do we.
    let _ = set_pdeathsig(Signal::SIGKILL);

    // Our mount namespace is new but not empty: a copy of the parent's. Where
    // a mount is shared, as all are under systemd, what we mount on the copy
    // appears on the original too. So cut that link before mounting anything.
    attach("none", "/", MsFlags::MS_REC | MsFlags::MS_PRIVATE);

    // Unless told otherwise, /proc shows the PID namespace, and /sys the
    // network namespace, of whoever mounted it. So mount our own on top.
    attach("proc", "/proc", MsFlags::empty());
    attach("sysfs", "/sys", MsFlags::empty());

    let errno = command::execute(words);
    fail("execvp", &words[0].to_string_lossy(), errno)
}

fn attach(kind: &str, target: &str, flags: MsFlags) {
    match mount(Some(kind), target, Some(kind), flags, None::<&str>) {
        // EBUSY: the /sys of our network namespace is there already.
        Ok(()) | Err(EBUSY) => {}
        Err(errno) => fail("mount", target, errno),
    }
}

/// Waits for the child, and passes its status on.
fn wait_for(child: nix::unistd::Pid) -> ExitCode {
    // Ctrl-C goes to both, for the command to answer. Ctrl-\ ends us both.
    let _ = SigSet::from(Signal::SIGINT).thread_block();
    ExitCode::from(command::status_of(child))
}

/// Names the call, its object and the error, and has advice for the likely.
fn fail(call: &str, object: &str, errno: Errno) -> ! {
    let (code, advice) = match (call, errno) {
        ("execvp", ENOENT) => (127, "no such command"),
        ("execvp", _) => (126, "it cannot be executed"),
        ("clone", ENOSPC) => (1, "at a limit: /proc/sys/user, or 32 levels"),
        ("clone", EINVAL) => {
            (1, "add --fork to a --pid before; or the kernel lacks one")
        }
        ("mount", EPERM) => {
            (1, "in a user namespace: own net, no mount in /proc, /sys")
        }
        ("mount", EINVAL) => {
            (1, "no mount point: before chroot DIR, mount --bind DIR DIR")
        }
        (_, EPERM) => (1, "this needs CAP_SYS_ADMIN: try it as root"),
        _ => (1, "see errno(3)"),
    };
    let reason = errno.desc();
    let text = format!("{call}({object}): {reason}\nnet-host: {advice}");
    let _ = writeln!(stderr(), "net-host: {text}");
    exit(code)
}
