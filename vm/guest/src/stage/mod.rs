//! The stage: a machine made of namespaces, on a Linux that is already up.
//!
//! `guest --stages ARCHIVE...` runs as root on any Linux. On standard input and
//! output it carries the streams of all stages of a run, and makes each when it
//! is asked to. A stage serves the same frames as PID 1 of QEMU's machine, and
//! leaves nothing behind. Root on the stage is root of that Linux: the stage is
//! no wall. See docs/src/machines.md, "What a stage does not hold".
//!
//! # Layout, in the order in which it runs
//!
//! * [`agent`]: the process that was started. It makes stages, and carries
//!   their streams
//! * [`site`]: what all stages share
//! * [`needs`]: lists what this Linux lacks
//! * [`cgroup`]: the cgroup of one stage, also of one that was killed
//! * [`guard`]: keeps settings and devices of that Linux as they are
//! * [`held`]: a stage in the hands of the agent; [`birth`] makes its processes
//! * [`supervisor`]: makes PID 1, and removes everything
//! * [`inside`]: PID 1 of the stage, until it becomes `/init`
//! * [`root`], [`unpack`]: the root file system, filled from the archives
//! * [`card`]: `lo` and `eth0`
//! * [`outcome`]: the status, and the reason why there is no stage
//!
//! Two processes for each stage, and the agent, so that the end of each is
//! noticed by another: the supervisor, a child of the agent in a session of its
//! own, and PID 1. If PID 1 ends, the supervisor cleans up; if the agent ends,
//! the stage's stream closes, and the supervisor ends PID 1 and cleans up; if
//! the supervisor ends, the kernel ends PID 1 and the agent cleans up. If all
//! are killed at once, only an empty cgroup is left, and the next stage removes
//! it.

mod agent;
mod birth;
mod card;
mod cgroup;
mod guard;
mod held;
mod inside;
mod needs;
mod outcome;
mod root;
mod site;
mod supervisor;
mod unpack;

use std::ffi::OsString;
use std::process::ExitCode;

use agent::Agent;
use outcome::UNAVAILABLE;
use site::Site;

pub use card::switch_on as switch_on_interfaces;
pub use inside::SERVE;

/// First argument of the program that makes stages.
pub const STAGES: &str = "--stages";

/// First argument of the program that tells what is missing for one.
pub const NEEDS: &str = "--needs";

/// Prints what this Linux lacks, and changes nothing.
pub fn tell_needs() -> ExitCode {
    match needs::lacking() {
        None => ExitCode::SUCCESS,
        Some(reason) => {
            println!("{reason}");
            ExitCode::from(UNAVAILABLE)
        }
    }
}

/// Makes stages of these archives until the stream closes.
pub fn run(archives: &[OsString]) -> ExitCode {
    match Agent::new(Site::prepare(archives)).serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guest: {error:#}");
            ExitCode::FAILURE
        }
    }
}
