//! guest - PID 1 of the machine: sets it up, then serves the harness's requests
//!
//! # Layout, in the order in which it runs
//!
//! * [`boot`]: mounts file systems, loads modules and switches on the network,
//!   until the machine looks like a Docker host
//! * [`control`]: reads and writes the virtio-serial port to the harness
//! * [`serve`]: loops: handles requests, sends events, reaps children
//! * [`streams`]: runs commands on pipes and on terminals
//! * [`spawn`], [`children`]: start the commands' programs, and collect their
//!   ends
//! * [`prompt`]: finds the shells' prompts in a terminal's output
//! * [`shared_memory`]: maps the memory that the harness shares with the
//!   machine
//! * [`guest::facts`]: reads the state of the kernel
//! * [`witness`]: runs under any other name than `init`, to be examined
//!
//! The program has one thread, because namespaces belong to threads. When the
//! harness ends in any way, the port reads as closed and the machine powers
//! off.

mod boot;
mod children;
mod control;
mod prompt;
mod serve;
mod shared_memory;
mod spawn;
mod streams;
mod witness;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use nix::sys::reboot::{RebootMode, reboot};

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    let name = arguments.drain(..arguments.len().min(1)).next();
    let init = name.is_some_and(|name| Path::new(&name).ends_with("init"));
    if !init || std::process::id() != 1 {
        return witness::run(&arguments);
    }
    // PID 1 must never return: the kernel would panic, and hide the reason.
    if let Err(error) = run() {
        eprintln!("guest: {error:#}");
    }
    nix::unistd::sync();
    let Err(errno) = reboot(RebootMode::RB_POWER_OFF);
    eprintln!("guest: reboot(RB_POWER_OFF): {errno}");
    ExitCode::FAILURE
}

fn run() -> anyhow::Result<()> {
    boot::mount_file_systems()?;
    boot::load_modules()?;
    boot::set_limits_and_names()?;
    boot::switch_on_interfaces()?;
    let shared_memory = shared_memory::switch_on()?;
    boot::run_before_all_others()?;
    boot::let_who_runs_run_on()?;
    let mut control = control::Control::open()?;
    serve::serve(&mut control, shared_memory)
}
