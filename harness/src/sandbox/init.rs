//! PID 1 of a sandbox.

use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitStatus, wait};
use nix::unistd::{Pid, sethostname};

use super::HOSTNAME;
use super::cgroup::{self, Cgroup};
use super::mounts::attach;

/// The network: `eth0` is one end of a veth pair, the other end is outside.
const NETWORK: [&str; 8] = [
    "link set lo up",
    "netns add outside",
    "link add eth0 type veth peer name uplink netns outside",
    "address add 10.77.0.2/24 brd + dev eth0",
    "link set eth0 up",
    "-n outside address add 10.77.0.1/24 brd + dev uplink",
    "-n outside link set uplink up",
    "-n outside link set lo up",
];

/// Sets up the sandbox and runs the program in it. When the program or standard
/// input has ended, ends every process in the sandbox. Returns the program's
/// exit code.
pub fn run(program: &[OsString]) -> Result<u8> {
    ensure!(std::process::id() == 1, "a sandbox needs a PID namespace");
    let cgroup = set_up()?;
    let code = live(program);
    end_all();
    cgroup.remove()?;
    code
}

fn set_up() -> Result<Cgroup> {
    sethostname(HOSTNAME).context("sethostname")?;
    for folder in ["/run", "/var/lib"] {
        attach("tmpfs", folder)?;
    }
    // sysfs shows the network namespace of the process that mounts it.
    attach("sysfs", "/sys")?;
    let cgroup = cgroup::enter()?;
    for arguments in NETWORK {
        ip(arguments)?;
    }
    Ok(cgroup)
}

fn ip(arguments: &str) -> Result<()> {
    let output = Command::new("ip").args(arguments.split(' ')).output();
    let output = output.context("exec(ip)")?;
    let message = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "ip {arguments}: {message}");
    Ok(())
}

/// Runs the program, and reaps the orphans meanwhile.
fn live(program: &[OsString]) -> Result<u8> {
    let Some((name, arguments)) = program.split_first() else {
        bail!("no program");
    };
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::null());
    let child = command.spawn();
    let child = child.with_context(|| format!("exec({name:?})"))?;
    let child = Pid::from_raw(child.id().cast_signed());
    std::thread::spawn(end_with_stdin);
    loop {
        match wait() {
            Ok(WaitStatus::Exited(pid, code)) if pid == child => {
                return Ok(u8::try_from(code)?);
            }
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == child => {
                bail!("the program in the sandbox was killed: {signal}");
            }
            // EINVAL: a process was ended by a real-time signal, which nix does
            // not know.
            Ok(_) | Err(Errno::EINVAL) => {}
            Err(errno) => return Err(errno).context("wait"),
        }
    }
}

/// Kills all when standard input ends: the starter never writes to it, so its
/// end is the end of the starter.
fn end_with_stdin() {
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    kill_all();
}

/// Kills every process but PID 1.
fn kill_all() {
    let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
}

/// Kills and reaps until no process is left.
fn end_all() {
    kill_all();
    while wait() != Err(Errno::ECHILD) {}
}

/// Makes the kernel number new processes from 10000, so that a PID in an output
/// looks like no other number.
pub fn number_from_10000() -> Result<()> {
    let path = "/proc/sys/kernel/ns_last_pid";
    fs::write(path, "9999").context(path)
}
