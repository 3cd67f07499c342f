//! guest - PID 1 of the machine: sets it up, then serves the harness's requests
//!
//! # Layout, in the order in which it runs
//!
//! * [`boot`]: mounts file systems, loads modules and switches on the network,
//!   until the machine looks like a Docker host
//! * [`control`]: reads and writes the stream to the harness; [`page`] opens it
//!   in v86
//! * [`serve`]: loops: handles requests, sends events, reaps children
//! * [`streams`]: runs commands on pipes and on terminals
//! * [`spawn`], [`children`]: start the commands' programs, and collect their
//!   ends
//! * [`prompt`]: finds the shells' prompts in a terminal's output
//! * [`stage`]: makes machines of namespaces on a Linux that is already up, for
//!   `guest --stages`
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
mod page;
mod prompt;
mod serve;
mod shared_memory;
mod spawn;
mod stage;
mod streams;
mod witness;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use nix::sys::reboot::{RebootMode, reboot};

use serve::Ground;

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    let name = arguments.drain(..arguments.len().min(1)).next();
    let is = |file: &str| {
        name.as_ref()
            .is_some_and(|name| Path::new(name).ends_with(file))
    };
    let first = arguments.first().and_then(|word| word.to_str());
    if is("guest") && first == Some(stage::STAGES) {
        return stage::run(&arguments[1..]);
    }
    if is("guest") && first == Some(stage::NEEDS) {
        return stage::tell_needs();
    }
    if !is("init") || std::process::id() != 1 {
        return witness::run(&arguments);
    }
    if std::env::var_os(stage::SERVE).is_some() {
        return serve_on_a_stage();
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

/// Serves on standard input and output. The end of PID 1 is the end of the
/// stage.
fn serve_on_a_stage() -> ExitCode {
    match run_on_a_stage() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guest: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_on_a_stage() -> anyhow::Result<()> {
    let mut control = control::Control::of_standard_streams()?;
    let _card = stage::switch_on_interfaces()?;
    serve::serve(&mut control, Ground::Stage, None)
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
    serve::serve(&mut control, Ground::Machine, shared_memory)
}
