//! guest - PID 1 of the machine: sets it up, then does what the harness asks
//!
//! # Layout, in the order it runs
//!
//! * [`boot`]: file systems, modules, network: from a bare kernel to a
//!   machine that looks like a Docker host
//! * [`control`]: the virtio-serial port to the harness
//! * [`serve`]: the loop: requests in, events out, children reaped
//! * [`streams`]: commands on pipes, commands on terminals
//! * [`spawn`], [`children`]: the start and the end of their programs
//! * [`prompt`]: finds the shells' prompts in what a terminal prints
//! * [`shared_memory`]: the memory that the harness and the machine both see
//! * [`guest::facts`]: what the kernel holds, seen by PID 1 itself
//! * [`witness`]: under any other name than `init`, a program to be looked at
//!
//! There is one thread, because namespaces belong to threads. When the
//! harness goes, however it goes, the port reads as closed and the machine
//! powers off.

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
    // Whatever happens, PID 1 must not return: the kernel would panic, and
    // hide the reason.
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
