//! `just explore 4.3`: a shell in the machine an exercise begins with.

use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::Result;

use super::build::Built;
use super::catalogue::Entry;
use super::check::remember;
use super::format::Kind;
use super::prepare::{self, Prepared};
use super::workshop::Workshop;
use crate::errln;
use crate::machines::Machines;
use crate::terminal::hang_up;
use crate::{progress, shell};

/// Where something is to be found, its values are remembered for the answer;
/// else the shell has them, and the learner's program.
pub fn run(workspace: &Path, workshop: &Workshop, entry: &Entry) -> Result<u8> {
    hang_up::ends_us();
    let line = progress::start("making the machine");
    let waits = !io::stdin().is_terminal();
    let (_, fresh) = Machines::open_with_machine(workspace, waits)?;
    let Prepared {
        mut machine,
        values,
    } = prepare::prepare(&entry.exercise, fresh)?;
    drop(line);
    let number = entry.number;
    if entry.exercise.kind == Kind::Find {
        remember(workshop, entry, |done| done.explored = Some(values));
        errln!("What you find:  just check {number} ANSWER");
        return shell::run(&mut machine, &[]);
    }
    if workshop.read(entry).is_ok()
        && let Built::Program(program) = workshop.build(entry, false)?
    {
        prepare::put_program(&entry.exercise, &program, &mut machine)?;
    }
    for run in &entry.exercise.runs {
        errln!("# {}", values.fill_in(&run.line));
    }
    shell::run(&mut machine, &values.environment())
}
