//! Plays one lesson with a person or straight through, or rewrites it.

use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::{Context, Result};

use super::machines::{boot, open, open_with_machine};
use super::{How, chapter};
use crate::exit_code::{DIFFERS, USAGE};
use crate::machine::Machine;
use crate::machines::Machines;
use crate::player::{self, Book};
use crate::session::Interruption;
use crate::terminal::hang_up;
use crate::verify::{self, Subject, bless, report};
use crate::{course, err, out, outln};

pub(super) fn play(workspace: &Path, subject: Subject, how: How) -> Result<u8> {
    if how.bless {
        let (_, machine) = open_with_machine(workspace, true)?;
        return bless(machine, &subject);
    }
    let at_a_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    if at_a_terminal && !how.auto {
        hang_up::ends_us();
        return read_along(&mut open(workspace)?, &subject);
    }
    verify(workspace, &subject)
}

/// Plays the lesson step by step with a reader.
fn read_along(machines: &mut Machines, subject: &Subject) -> Result<u8> {
    let book = Book {
        lesson: &subject.lesson,
        source: &subject.source,
        chapter: subject.number,
    };
    let outcome = player::play(machines, &book)?;
    Ok(match outcome.differences {
        0 => 0,
        _ => DIFFERS,
    })
}

/// Plays the lesson straight through and compares every output and every fact
/// with the book.
fn verify(workspace: &Path, subject: &Subject) -> Result<u8> {
    let colour =
        io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let Subject { lesson, source, .. } = subject;
    let (machines, machine) = open_with_machine(workspace, true)?;
    outln!("{}: {}", subject.name, lesson.title);
    outln!("{}", machines.introduce(&machine));
    let run = verify::run(lesson, source, machine, |step| {
        out!("{}", report::step(step, colour));
    })?;
    let Machines {
        build_time,
        wait_time,
        ..
    } = machines;
    out!("{}", report::summary(subject, &run, build_time, wait_time));
    match run.interruption {
        Some(Interruption::Machine(failure)) => Err(failure.into()),
        _ => Ok(if run.as_in_the_book() { 0 } else { DIFFERS }),
    }
}

pub(super) fn bless_chapters(workspace: &Path, numbers: &[u32]) -> Result<u8> {
    let every = course::chapters(workspace)?;
    let every: Vec<u32> = every.iter().map(|c| c.number).collect();
    let numbers = if numbers.is_empty() { &every } else { numbers };
    let mut subjects = Vec::new();
    for number in numbers {
        match chapter(workspace, *number)? {
            Some(subject) => subjects.push(subject),
            None => return Ok(USAGE),
        }
    }
    let mut machines = open(workspace)?;
    for subject in &subjects {
        bless(boot(&mut machines)?, subject)?;
    }
    Ok(0)
}

fn bless(machine: Machine, subject: &Subject) -> Result<u8> {
    let Subject {
        name,
        source,
        text,
        lesson,
        ..
    } = subject;
    let run = verify::run(lesson, source, machine, |_| {})?;
    if let Some(interruption) = run.interruption {
        err!("{}", report::unfinished(&run.steps));
        return Err(anyhow::Error::new(interruption)).with_context(|| {
            format!("{}: nothing was changed", source.path.display())
        });
    }
    match bless::write(text, &run, source)?.as_str() {
        "" => outln!("{name}: already so"),
        diff => out!("{diff}"),
    }
    Ok(0)
}
