//! A private corner of this very Linux: new namespaces, and a PID 1 in them.
//!
//! What runs in a sandbox has a network, mounts, a hostname, processes and
//! cgroups of its own. `/run` and `/var/lib` are empty and in memory, so
//! there is no file to forget. It ends with whoever started it, however that
//! ends: PID 1 reads from a pipe that nobody writes to, and goes when it is
//! closed; with PID 1, the kernel ends every process in there, and with the
//! last process all mounts and links.
//!
//! # Layout
//!
//! * here: the command line that starts something in a sandbox
//! * [`init`]: PID 1: sets it up, starts the program, reaps, cleans up
//! * `cgroup`: the one thing that outlives its processes

mod cgroup;
pub mod init;

use std::ffi::OsString;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// What a sandbox is called where a user sees it.
pub const HOSTNAME: &str = "host";

/// The subcommand of ours that is PID 1.
pub const SUBCOMMAND: &str = "sandbox";

/// A command that runs this program, with these arguments, in a new sandbox.
///
/// Its standard input is a pipe: keep the other end, and the sandbox lives.
pub fn command(arguments: &[OsString]) -> Result<Command> {
    let ourselves = std::env::current_exe().context("/proc/self/exe")?;
    let mut command = Command::new("unshare");
    command.args(["--pid", "--fork", "--kill-child", "--mount-proc"]);
    command.args(["--mount", "--propagation", "private"]);
    command.args(["--net", "--uts", "--ipc", "--"]);
    command.arg(&ourselves).arg(SUBCOMMAND).arg("--");
    command.arg(&ourselves).args(arguments);
    command.stdin(Stdio::piped());
    Ok(command)
}
