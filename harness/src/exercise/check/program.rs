//! The check of a program.

use std::io::{self, IsTerminal};

use anyhow::Result;

use crate::exercise::assignment::Assignment;
use crate::exercise::attempt::Attempt;
use crate::exercise::learn;
use crate::exercise::ready_machine::ReadyMachine;
use crate::exercise::show::{self, link};
use crate::exit_code::DIFFERS;
use crate::progress;
use crate::{errln, out, outln};

/// Checks the learner's program, records the result, prints it with the next
/// steps, and returns the exit code.
pub(super) fn check(assignment: &Assignment) -> Result<u8> {
    let title = &assignment.entry.exercise.title;
    outln!("Exercise {}: {title}", assignment.number());
    if let Err(why) = assignment.read() {
        errln!("{}", assignment.without_program(&why));
        return Ok(DIFFERS);
    }
    let attempt = make_attempt(assignment)?;
    print(&attempt);
    attempt.remember(assignment);
    if attempt.solved() {
        learn::solved_now(assignment)?;
        return Ok(0);
    }
    print_next_steps(assignment);
    Ok(DIFFERS)
}

/// Builds the program and grades it, under a line of progress.
fn make_attempt(assignment: &Assignment) -> Result<Attempt> {
    // The machine is made while the program is built.
    let workspace = assignment.workshop.workspace();
    let mut machine = ReadyMachine::new(workspace, &assignment.entry.exercise);
    let line = progress::start("building your program");
    let colour = io::stdout().is_terminal();
    Attempt::make(assignment, colour, |program| {
        line.say("making the machine, and running your program in it");
        machine.grade(program)
    })
}

fn print(attempt: &Attempt) {
    match &attempt.result {
        Err(errors) => {
            out!("\n{errors}");
            outln!("It does not compile yet: the compiler says why above.");
        }
        Ok(report) => {
            outln!(
                "compile {:.1} s   machine {:.1} s (Linux {})   run {:.1} s",
                attempt.compile.as_secs_f64(),
                report.waited.as_secs_f64(),
                report.kernel,
                report.run.as_secs_f64()
            );
            out!("{}", show::verdict(&report.verdict));
        }
    }
}

fn print_next_steps(assignment: &Assignment) {
    let number = assignment.number();
    let used = assignment.done().hints.min(3);
    outln!("\n  Edit     {}", link(&assignment.source()));
    outln!("  Check    just check {number}");
    outln!("  Stuck?   just hint {number}   ({used} of 3 read)");
}
