//! net-container - run a command in the network namespace of another process
//!
//! It joins one namespace, net, by that process's handle, with setns(2), and
//! clone(2) creates five new ones for it: cgroup, ipc, mnt, pid and uts. Two it
//! keeps: time and user. `docker run --net container:ID` does the same.
//!
//! ```console
//! host# net-container --net container:25686 readlink /proc/self/ns/net
//! net:[4026532281]
//! host# net-container --net container:web sh -c 'echo $$'
//! 1
//! ```
//!
//! See: setns(2), clone(2)

mod command;

use std::ffi::OsString;
use std::io::{Write, stderr};
use std::process::{Command, ExitCode, Stdio, exit};

use clap::Parser;
use nix::errno::Errno::{self, EACCES, EBUSY, EINVAL, ENOENT, ENOSPC, EPERM};
use nix::fcntl::{OFlag, open};
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, clone, setns};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::{prctl::set_pdeathsig, stat::Mode};

/// Run a command in the network namespace of another process, and in new
/// cgroup, ipc, mnt, pid and uts namespaces
#[derive(Parser)]
#[command(version, term_width = 80)]
struct Args {
    /// Whose network namespace to join: a process's, or a container's by name
    #[arg(long, value_name = "container:PID", value_parser = donor)]
    net: String,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true)]
    command: Vec<OsString>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    command::will_be_waited_for();

    // We are a member of one namespace of each type. Join another of type net,
    // the donor's, by its handle.
    let path = format!("/proc/{}/ns/net", pid_of(&args.net));
    let handle = match open(path.as_str(), OFlag::O_CLOEXEC, Mode::empty()) {
        Ok(handle) => handle,
        Err(ENOENT) => not_running(&args.net),
        Err(errno) => fail("open", &path, errno),
    };
    if let Err(errno) = setns(handle, CloneFlags::CLONE_NEWNET) {
        fail("setns", &path, errno);
    }

    // Ask for a child that is a member of five new ones. For the types without
    // a flag it is a member of ours: time, user, and the net we have joined.
    let new = CloneFlags::CLONE_NEWCGROUP
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWUTS;
    let pid_1 = Box::new(|| container(&args.command));
    let mut stack = vec![0; 256 * 1024];
    // SAFETY: we have one thread, and the child has a copy of our memory.
    let child = unsafe { clone(pid_1, &mut stack, new, Some(libc::SIGCHLD)) };

    // In the parent: of our own memberships, only net has changed. We wait.
    wait_for(child.unwrap_or_else(|errno| fail("clone", "CLONE_NEW*", errno)))
}

/// Reads `container:PID`, or `container:NAME`.
fn donor(net: &str) -> Result<String, &'static str> {
    match net.strip_prefix("container:") {
        None | Some("") => Err("invalid container format container:<name|id>"),
        Some(donor) => Ok(donor.to_owned()),
    }
}

/// The kernel has handles of processes, and no names of containers. Chapter 6's
/// runtime keeps those, and tells the PID: 0, where there is no process.
fn pid_of(donor: &str) -> u32 {
    match donor.parse() {
        Ok(pid) if !donor.starts_with('+') => return pid,
        _ => {}
    }
    let mut inspect = Command::new("container");
    inspect.args(["inspect", "-f", "{{.State.Pid}}", "--", donor]);
    let output = inspect.stderr(Stdio::inherit()).output();
    let output = output.unwrap_or_else(|error| {
        let errno = Errno::try_from(error).unwrap_or(Errno::UnknownErrno);
        fail("execvp", "container", errno)
    });
    // Without a number it has said on stderr why.
    let pid = String::from_utf8_lossy(&output.stdout);
    pid.trim().parse().unwrap_or_else(|_| exit(1))
}

/// The donor has ended, and its handles with it. The words are Docker's.
fn not_running(donor: &str) -> ! {
    let problem = "cannot join network namespace of a non running container";
    let why = format!("{problem}: container {donor} is exited");
    let _ = writeln!(stderr(), "net-container: {why}");
    exit(1)
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
        ("open", EACCES) => (1, "another user's process: try it as root"),
        ("execvp", ENOENT) if object == "container" => {
            (1, "it knows the names of containers: or name a PID")
        }
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
    let text = format!("{call}({object}): {reason}\nnet-container: {advice}");
    let _ = writeln!(stderr(), "net-container: {text}");
    exit(code)
}
