//! The check of a program.

use std::io::{self, IsTerminal};
use std::time::Duration;

use anyhow::Result;
use tr::tr;

use crate::exercise::assignment::Assignment;
use crate::exercise::attempt::Attempt;
use crate::exercise::learn;
use crate::exercise::ready_machine::ReadyMachine;
use crate::exercise::show::{self, labelled, link};
use crate::exercise::why;
use crate::exit_code::DIFFERS;
use crate::needed_kernel::offer;
use crate::progress;
use crate::{errln, out, outln};

/// Checks the learner's program, records the result, prints it with the next
/// steps, and returns the exit code.
pub(super) fn check(assignment: &Assignment) -> Result<u8> {
    let title = &assignment.entry.exercise.title;
    let number = assignment.number();
    outln!("{}", tr!("Exercise {number}: {title}", number, title));
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
    let failed = attempt.failed_run(assignment);
    if let Some(why) = failed.as_ref().and_then(why::invitation) {
        out!("{}", labelled(&tr!("Why?"), &why));
    }
    Ok(DIFFERS)
}

/// Builds the program and grades it, under a line of progress.
fn make_attempt(assignment: &Assignment) -> Result<Attempt> {
    let workspace = assignment.workshop.workspace();
    let entry = &assignment.entry;
    let needed = entry.needed_kernel()?;
    offer::if_needed(workspace, needed.as_ref())?;
    // The machine is made while the program is built.
    let mut machine = ReadyMachine::new(workspace, &entry.exercise, needed);
    let line = progress::start(tr!("building your program"));
    let colour = io::stdout().is_terminal();
    Attempt::make(assignment, colour, |program| {
        line.say(tr!("making the machine, and running your program in it"));
        machine.grade(program)
    })
}

fn print(attempt: &Attempt) {
    match &attempt.result {
        Err(errors) => {
            out!("\n{errors}");
            outln!(
                "{}",
                tr!("It does not compile yet: the compiler says why above.")
            );
        }
        Ok(report) => {
            outln!(
                "{}",
                tr!(
                    "compile {compile} s   machine {machine} s (Linux \
                     {kernel})   run {run} s",
                    compile = seconds(attempt.compile),
                    machine = seconds(report.waited),
                    kernel = report.kernel,
                    run = seconds(report.run)
                )
            );
            out!("{}", show::verdict(&report.verdict));
        }
    }
}

fn print_next_steps(assignment: &Assignment) {
    let number = assignment.number();
    let used = assignment.done().hints.min(3);
    let stuck = tr!("just hint {number}   ({used} of 3 read)", number, used);
    out!("\n{}", labelled(&tr!("Edit"), &link(&assignment.source())));
    out!(
        "{}",
        labelled(&tr!("Check"), &format!("just check {number}"))
    );
    out!("{}", labelled(&tr!("Stuck?"), &stuck));
}

fn seconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64())
}
