//! Plays one lesson with a person or straight through, or rewrites it.

use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::{Context, Result};
use language::Language;
use tr::tr;

use super::arguments::{How, chapter};
use super::machines::{boot, open, open_with_machine};
use crate::course::LessonFile;
use crate::exit_code::{DIFFERS, USAGE};
use crate::machine::Machine;
use crate::machines::Machines;
use crate::needed_kernel::offer;
use crate::session::Interruption;
use crate::terminal::hang_up;
use crate::verify::{self, bless, report};
use crate::work_folder::WorkFolder;
use crate::{course, err, errln, out, outln, player};

pub(super) fn play(
    workspace: &Path,
    file: &LessonFile,
    how: How,
) -> Result<u8> {
    let needed = file.needed_kernel();
    let needed = needed.as_ref();
    if how.bless {
        let (_, machine) = open_with_machine(workspace, needed, true)?;
        return bless(machine, file);
    }
    let at_a_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    if at_a_terminal && !how.auto {
        hang_up::ends_us();
        let predictions = how.predict.then(|| WorkFolder::of(workspace));
        offer::if_needed(workspace, needed)?;
        let mut machines = open(workspace, needed)?;
        return read_along(&mut machines, file, predictions);
    }
    if how.predict {
        errln!(
            "{}",
            tr!(
                "--predict asks questions, so it needs a terminal for input \
                 and output"
            )
        );
        return Ok(USAGE);
    }
    let opened = open_with_machine(workspace, needed, true)?;
    verify(opened, file)
}

/// Plays the lesson step by step, with a reader.
fn read_along(
    machines: &mut Machines,
    file: &LessonFile,
    predictions: Option<WorkFolder>,
) -> Result<u8> {
    let outcome = player::play(machines, file, predictions)?;
    Ok(if outcome.differences == 0 { 0 } else { DIFFERS })
}

/// Plays the lesson straight through, and compares every output and every fact
/// with the book.
fn verify(
    (machines, machine): (Machines, Machine),
    file: &LessonFile,
) -> Result<u8> {
    let colour =
        io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    outln!("{}: {}", file.name(), file.lesson.title);
    outln!("{}", machines.introduce(&machine));
    let run = verify::play(file, machine, |step| {
        out!("{}", report::step(step, colour));
    })?;
    let Machines {
        build_time,
        wait_time,
        ..
    } = machines;
    out!("{}", report::summary(file, &run, build_time, wait_time));
    match run.interruption {
        Some(Interruption::Machine(failure)) => Err(failure.into()),
        _ => Ok(if run.as_in_the_book() { 0 } else { DIFFERS }),
    }
}

/// Rewrites these chapters, or all chapters if there is no number.
pub(super) fn bless_chapters(workspace: &Path, numbers: &[u32]) -> Result<u8> {
    let every = course::chapters(workspace)?;
    let every: Vec<u32> = every.iter().map(|c| c.number).collect();
    let numbers = if numbers.is_empty() { &every } else { numbers };
    let mut files = Vec::new();
    for number in numbers {
        match chapter(workspace, *number, Language::English)? {
            Some(file) => files.push(file),
            None => return Ok(USAGE),
        }
    }
    let mut machines = open(workspace, None)?;
    for file in &files {
        let needed = file.needed_kernel();
        machines.can_play(needed.as_ref())?;
    }
    for file in &files {
        bless(boot(&mut machines)?, file)?;
    }
    Ok(0)
}

fn bless(machine: Machine, file: &LessonFile) -> Result<u8> {
    let run = verify::play(file, machine, |_| {})?;
    if let Some(interruption) = run.interruption {
        err!("{}", report::unfinished(&run.steps));
        return Err(anyhow::Error::new(interruption)).with_context(|| {
            format!("{}: nothing was changed", file.path.display())
        });
    }
    match bless::write(file, &run)?.as_str() {
        "" => outln!("{}: already so", file.name()),
        diff => out!("{diff}"),
    }
    Ok(0)
}
