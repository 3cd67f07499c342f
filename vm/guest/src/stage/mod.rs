//! The stage: a machine made of namespaces, on a Linux that is already up.
//!
//! `guest --stdio ARCHIVE...` runs as root on any Linux, serves the same frames
//! as PID 1 of QEMU's machine on standard input and output, and leaves nothing
//! behind. Root on the stage is root of that Linux: the stage is no wall.
//!
//! # Layout, in the order in which it runs
//!
//! * here: the process that was started. It waits, and returns the status
//! * [`needs`]: lists what this Linux lacks
//! * [`supervisor`]: makes the cgroup and PID 1, and removes everything
//! * [`cgroup`]: the cgroup of one stage, also of one that was killed
//! * [`guard`]: keeps settings and devices of that Linux as they are
//! * [`inside`]: PID 1 of the stage, until it becomes `/init`
//! * [`root`], [`unpack`]: the root file system, filled from the archives
//! * [`card`]: `lo` and `eth0`
//! * [`outcome`]: the status, and the reason why there is no stage
//!
//! Three processes, so that the end of each is noticed by another: the first
//! one, its child the supervisor in a session of its own, and PID 1. If PID 1
//! ends, the supervisor cleans up; if the first process ends, the supervisor
//! ends PID 1 and cleans up; if the supervisor ends, the kernel ends PID 1 and
//! the first process cleans up. If all are killed at once, only an empty cgroup
//! is left, and the next stage removes it.

mod card;
mod cgroup;
mod guard;
mod inside;
mod needs;
mod outcome;
mod root;
mod supervisor;
mod unpack;

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::process::ExitCode;

use anyhow::{Context, Result};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork};

use cgroup::Cgroup;
use outcome::{UNAVAILABLE, refuse, status_of};

pub use card::switch_on as switch_on_interfaces;
pub use inside::SERVE;

/// First argument of the program that makes a stage.
pub const STDIO: &str = "--stdio";

/// First argument of the program that tells what is missing for one.
pub const NEEDS: &str = "--needs";

/// Prints what this Linux lacks, and changes nothing.
pub fn tell_needs() -> ExitCode {
    match lacking() {
        None => ExitCode::SUCCESS,
        Some(reason) => {
            println!("{reason}");
            ExitCode::from(UNAVAILABLE)
        }
    }
}

fn lacking() -> Option<String> {
    let missing = needs::missing();
    (!missing.is_empty()).then(|| format!("it lacks {}", missing.join("; ")))
}

/// Makes a stage of these archives, and waits for its end.
pub fn run(archives: &[OsString]) -> ExitCode {
    match make(archives) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            refuse(&format!("{error:#}"));
            ExitCode::from(UNAVAILABLE)
        }
    }
}

fn make(archives: &[OsString]) -> Result<u8> {
    if let Some(reason) = lacking() {
        refuse(&reason);
        return Ok(UNAVAILABLE);
    }
    let archives = archives.iter().map(|path| {
        File::open(path).with_context(|| format!("open({})", path.display()))
    });
    let archives = archives.collect::<Result<Vec<_>>>()?;
    let cgroup = Cgroup::make()?;
    let guarded = cgroup.open().and_then(|folder| guard::set(&folder));
    if let Err(error) = guarded {
        cgroup.remove().context("the cgroup of the stage")?;
        return Err(error);
    }
    // Its end tells the supervisor that this process has ended.
    let (ended, alive) = io::pipe().context("pipe")?;
    // SAFETY: this process has one thread.
    match unsafe { fork() }.context("fork")? {
        ForkResult::Child => {
            drop(alive);
            std::process::exit(supervisor::run(cgroup, archives, &ended));
        }
        ForkResult::Parent { child } => {
            drop(ended);
            let status = waitpid(child, None).context("waitpid")?;
            if let WaitStatus::Exited(_, code) = status {
                return Ok(u8::try_from(code)?);
            }
            // The kernel has ended PID 1, too. The supervisor cleans up in all
            // other cases.
            eprintln!("guest: the stage's supervisor: {status:?}");
            if let Err(error) = cgroup.remove() {
                eprintln!("guest: the cgroup of the stage: {error}");
            }
            Ok(status_of(status))
        }
    }
}
