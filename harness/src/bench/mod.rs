//! Benchmarks: the time of every step, beside the time that other tools take
//! for the same step, and the page of the book with the results.
//!
//! Times differ between computers, and from minute to minute on one computer.
//! Contenders therefore run in turns, round after round, and are compared by
//! the ratio of two times from the same round.
//!
//! # Layout, in the order it runs
//!
//! * [`command`]: the subcommands
//! * here: the whole benchmark, and the page
//! * [`rounds`]: contenders in turns, and the times of each
//! * `machine`: a machine booted, saved, cloned; `plain` and `virtme`: the same
//!   kernel started by other tools
//! * `course`: chapters as a reader plays them
//! * [`containers`]: a container started by ours, by a bare C program, by crun,
//!   runc and docker, in a sandbox (`oci` makes the bundles for crun and runc)
//! * `inside`: the same in the machine, and beside many mounts
//! * [`memory`]: of many idle containers, ours and crun's
//! * `web`: the machine of the page, in v86
//! * `tools`: small tools beside util-linux and C, in the contests of
//!   `tool_contests`, timed by the C program whose lines `turns` reads
//! * `c_program`: compiles the C programs
//! * `micro`: small functions, measured by criterion in harness/benches
//! * `computer`: the computer all this ran on
//! * [`page`]: the tables, with times in [`three_digits`]
//!
//! **Architecture invariant:** a contender that cannot run here is named with
//! the reason. It has no number.

mod c_program;
pub mod command;
mod computer;
pub mod containers;
mod course;
mod inside;
mod machine;
pub mod memory;
mod micro;
mod oci;
pub mod page;
mod plain;
pub mod rounds;
pub mod three_digits;
mod tool_contests;
mod tools;
mod turns;
mod virtme;
mod web;

pub use machine::{CLONE, COLD_BOOT, boot_and_clone};

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::machines::Machines;
use crate::out;
use page::{Amounts, Section};
use rounds::say;

/// The page that is written.
const PAGE: &str = "docs/src/benchmarks.md";

/// Number of rounds for each group of contenders.
#[derive(Clone, Copy, Debug)]
pub struct Repetitions {
    machines: usize,
    courses: usize,
    containers: usize,
    idle: usize,
    quick: bool,
}

impl Repetitions {
    /// Returns enough repetitions for numbers that are worth keeping, or only a
    /// few if `quick`.
    pub fn new(quick: bool) -> Self {
        let [machines, courses, containers, idle] = if quick {
            [3, 1, 5, 50]
        } else {
            [15, 5, 40, 1000]
        };
        Self {
            machines,
            courses,
            containers,
            idle,
            quick,
        }
    }
}

/// Measures everything, prints the page, and writes the page's file unless the
/// run is a quick one.
pub fn run(workspace: &Path, repetitions: Repetitions) -> Result<u8> {
    // A computer that lacks its parts is refused before an hour of measuring.
    Machines::open_page(workspace, None)?;
    let mut machines = Machines::open(workspace)?;
    let machine = machines.machine()?;
    let introduction = machines.introduce(&machine);
    let release = machine.kernel().to_owned();
    drop(machine);
    say(&introduction);
    let computer = computer::describe(machines.qemus()?, &release);

    let mut sections = vec![
        machine::measure(&mut machines, &release, repetitions.machines)?,
        course::measure(workspace, repetitions.courses)?,
        containers::measure(workspace, repetitions.containers)?,
    ];
    sections.extend(inside::measure(workspace, repetitions.machines)?);
    sections.push(web::measure(workspace, repetitions.courses)?);
    let amounts = [
        memory::measure(workspace, repetitions.idle)?,
        web::amounts(workspace)?,
    ];
    sections.extend(tools::measure(
        workspace,
        &mut machines,
        repetitions.quick,
    )?);
    let micros = micro::measure(workspace, repetitions.quick)?;
    let text = page::text(&computer, &sections, &amounts, &micros);
    out!("{text}");
    write(workspace, &text, repetitions.quick)
}

/// Measures the tools, prints their sections, and puts them into the page that
/// is there.
pub fn run_tools(workspace: &Path, repetitions: Repetitions) -> Result<u8> {
    let mut machines = Machines::open(workspace)?;
    let sections = tools::measure(workspace, &mut machines, repetitions.quick)?;
    replace(workspace, &sections, &[], repetitions.quick)
}

/// Like [`run_tools`], with containers.
pub fn run_containers(
    workspace: &Path,
    repetitions: Repetitions,
) -> Result<u8> {
    let mut sections =
        vec![containers::measure(workspace, repetitions.containers)?];
    sections.extend(inside::measure(workspace, repetitions.machines)?);
    let amounts = [memory::measure(workspace, repetitions.idle)?];
    replace(workspace, &sections, &amounts, repetitions.quick)
}

/// Like [`run_tools`], with the memory of idle containers.
pub fn run_idle(workspace: &Path, repetitions: Repetitions) -> Result<u8> {
    let amounts = [memory::measure(workspace, repetitions.idle)?];
    replace(workspace, &[], &amounts, repetitions.quick)
}

/// Like [`run_tools`], with the machine of the page.
pub fn run_page(workspace: &Path, repetitions: Repetitions) -> Result<u8> {
    let sections = [web::measure(workspace, repetitions.courses)?];
    let amounts = [web::amounts(workspace)?];
    replace(workspace, &sections, &amounts, repetitions.quick)
}

fn replace(
    workspace: &Path,
    sections: &[Section],
    amounts: &[Amounts],
    quick: bool,
) -> Result<u8> {
    out!("{}", page::sections_text(sections, amounts));
    let path = workspace.join(PAGE);
    let text = fs::read_to_string(&path);
    let text = text.with_context(|| path.display().to_string())?;
    let text = page::with_sections(&text, sections, amounts);
    write(workspace, &text, quick)
}

fn write(workspace: &Path, text: &str, quick: bool) -> Result<u8> {
    if quick {
        say(&format!(
            "{PAGE} is as it was: it takes a run without --quick"
        ));
    } else {
        let path = workspace.join(PAGE);
        fs::write(&path, text).with_context(|| path.display().to_string())?;
        say(&format!("{PAGE} is written"));
    }
    Ok(0)
}
