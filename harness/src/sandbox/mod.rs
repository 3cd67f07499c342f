//! A sandbox: new namespaces on this computer's own kernel, with a PID 1 in
//! them.
//!
//! A program in a sandbox has a network, mounts, a hostname, processes and
//! cgroups of its own. `/run` and `/var/lib` are empty and in memory, so no
//! file is left behind. The sandbox ends with its starter, even if the starter
//! is killed: PID 1 reads from a pipe that is never written to, and exits when
//! the pipe is closed. The kernel then ends every process in the sandbox, and
//! removes all mounts and links with the last one.
//!
//! # Layout
//!
//! * [`mod@command`]: the subcommands
//! * here: the command that starts a program in a sandbox
//! * [`init`]: PID 1: sets up the sandbox, starts the program, reaps, cleans up
//! * `mounts`: file systems of the kernel's own
//! * `cgroup`: the one thing that outlives its processes

mod cgroup;
pub mod command;
pub mod init;
mod mounts;

use std::ffi::OsString;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// Hostname of the sandbox, as users see it.
pub const HOSTNAME: &str = "host";

/// The harness's subcommand that is PID 1.
pub const SUBCOMMAND: &str = "sandbox";

/// Returns a command that runs this program with these arguments in a new
/// sandbox.
///
/// Its standard input is a pipe: the sandbox lives as long as the other end is
/// open.
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
