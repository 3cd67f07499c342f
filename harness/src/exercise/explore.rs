//! `just explore 4.3`: a shell in the machine that an exercise begins with.

use std::io::{self, IsTerminal};

use anyhow::Result;
use tr::tr;

use super::assignment::Assignment;
use super::build::Built;
use super::definition::Kind;
use super::prepare::{self, Prepared};
use crate::errln;
use crate::machines::Machines;
use crate::needed_kernel::offer;
use crate::terminal::hang_up;
use crate::{progress, shell};

/// Opens the shell. For `find`, the values of the machine are recorded for the
/// answer; else the shell gets the values and the learner's program.
pub fn run(assignment: &Assignment) -> Result<u8> {
    hang_up::ends_us();
    let exercise = &assignment.entry.exercise;
    let workspace = assignment.workshop.workspace();
    let needed = assignment.entry.needed_kernel()?;
    offer::if_needed(workspace, needed.as_ref())?;
    let line = progress::start(tr!("making the machine"));
    let waits = !io::stdin().is_terminal();
    let (_, fresh) =
        Machines::open_with_machine(workspace, needed.as_ref(), waits)?;
    let Prepared {
        mut machine,
        values,
    } = prepare::prepare(exercise, fresh)?;
    drop(line);
    if exercise.kind == Kind::Find {
        assignment.remember(|done| done.explored = Some(values));
        let number = assignment.number();
        errln!(
            "{}",
            tr!("What you find:  just check {number} ANSWER", number)
        );
        return shell::open(&mut machine, &[]);
    }
    if assignment.read().is_ok()
        && let Built::Program(program) = assignment.build(false)?
    {
        prepare::put_program(exercise, &program, &mut machine)?;
    }
    for run in &exercise.runs {
        errln!("# {}", values.fill_in(&run.line));
    }
    shell::open(&mut machine, &values.environment())
}
