//! Texts for a learner: the list of exercises, a task, hints, a solution.

use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::{Context, Result};

use super::assignment::Assignment;
use super::catalogue::{Entry, Number};
use super::definition::Kind;
use super::record::{self, Done, Record};
use super::show::{self, link, wrapped};
use super::workshop::Workshop;
use crate::course;
use crate::exit_code::{ENVIRONMENT, USAGE};
use crate::input;
use crate::terminal::hang_up;
use crate::{errln, out, outln};

/// Returns the list of all exercises, with the learner's progress.
pub fn list(workshop: &Workshop) -> Result<String> {
    let entries = workshop.exercises()?;
    let record = workshop.record();
    let next = next_after(&entries, &record, None);
    let mut text = show::progress(solved(&entries, &record), entries.len());
    text.push('\n');
    let mut chapter = 0;
    for entry in &entries {
        if entry.number.chapter != chapter {
            chapter = entry.number.chapter;
            let title = title(workshop.workspace(), chapter)?;
            text += &format!("\nChapter {chapter}: {title}\n");
        }
        let next = next == Some(entry.number);
        text += &row(entry, &record.of(entry.number), next);
        text.push('\n');
    }
    text += &match next {
        Some(number) => format!("\nNext: just exercise {number}\n"),
        None => "\nAll exercises are solved.\n".to_owned(),
    };
    Ok(text)
}

fn title(workspace: &Path, chapter: u32) -> Result<String> {
    let lesson = course::chapter(workspace, chapter)?.read()?.lesson;
    Ok(lesson.title)
}

fn row(entry: &Entry, done: &Done, next: bool) -> String {
    let sign = match (done.solved, next) {
        (Some(_), _) => "✓",
        (None, true) => ">",
        (None, false) => " ",
    };
    let exercise = &entry.exercise;
    let state = match (done.solved, done.attempts, done.begun) {
        (Some(_), ..) => "solved".to_owned(),
        (None, 1, _) => "1 check".to_owned(),
        (None, attempts @ 2.., _) => format!("{attempts} checks"),
        (None, 0, Some(_)) => "begun".to_owned(),
        (None, 0, None) => String::new(),
    };
    let row = format!(
        "  {sign} {:<4} {:<48} {:>2} min  {state}",
        entry.number, exercise.title, exercise.minutes
    );
    row.trim_end().to_owned()
}

/// Returns the number of exercises that are solved.
pub fn solved(entries: &[Entry], record: &Record) -> usize {
    let is_solved = |it: &&Entry| record.of(it.number).solved.is_some();
    entries.iter().filter(is_solved).count()
}

/// Returns the next exercise that is not solved: after the given one if
/// possible, else from the beginning.
pub fn next_after(
    entries: &[Entry],
    record: &Record,
    after: Option<Number>,
) -> Option<Number> {
    let open = |number: &Number| record.of(*number).solved.is_none();
    let numbers = || entries.iter().map(|entry| entry.number);
    numbers()
        .filter(|number| Some(*number) > after)
        .find(open)
        .or_else(|| numbers().find(open))
}

/// Copies the starter, and prints the task.
pub fn begin(assignment: &Assignment) -> Result<u8> {
    let Entry {
        number, exercise, ..
    } = &assignment.entry;
    let find = exercise.kind == Kind::Find;
    let copied = if find { Ok(false) } else { assignment.begin() };
    if copied.is_ok() {
        assignment.remember(|done| {
            done.begun.get_or_insert_with(record::now);
        });
    }
    outln!("Exercise {number}: {}", exercise.title);
    outln!(
        "{}, about {} minutes\n",
        kind(exercise.kind),
        exercise.minutes
    );
    out!("{}", show::indented(&exercise.asks));
    match copied {
        Err(why) => {
            errln!("\nThe starter cannot be copied:\n{why:#}");
            return Ok(ENVIRONMENT);
        }
        Ok(_) if find => {
            outln!("\n  Look     just explore {number}");
            outln!("  Answer   just check {number} ANSWER");
        }
        Ok(copied) => {
            let yours = if copied { "" } else { "   (your version)" };
            outln!("\n  Edit     {}{yours}", link(&assignment.source()));
            outln!("  Check    just check {number}");
        }
    }
    outln!("  Stuck?   just hint {number}");
    Ok(0)
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Write => "Write a program",
        Kind::Repair => "Repair a program",
        Kind::Find => "Find something out",
    }
}

/// Returns the hints that were read before and one more, with their number.
pub fn one_more_hint(entry: &Entry, before: usize) -> (String, usize) {
    let all = &entry.exercise.hints;
    let now = (before + 1).min(all.len());
    let mut text = String::new();
    for (index, hint) in all.iter().take(now).enumerate() {
        let separator = if index > 0 { "\n" } else { "" };
        text += &format!("{separator}Hint {} of {}\n", index + 1, all.len());
        text += &show::indented(hint);
    }
    (text, now)
}

/// Prints one more hint, and the command to type next.
pub fn hint(assignment: &Assignment) -> Result<u8> {
    let entry = &assignment.entry;
    let number = entry.number;
    let before = assignment.done().hints as usize;
    let (text, read) = one_more_hint(entry, before);
    out!("{text}");
    assignment.remember(|done| done.hints = read as u32);
    if read < entry.exercise.hints.len() {
        outln!("\nThe next one: just hint {number}");
    } else {
        outln!("\nThat is the last one. The solution: just solution {number}");
    }
    Ok(0)
}

/// Begins anew with the starter.
pub fn reset(assignment: &Assignment) -> Result<u8> {
    if assignment.entry.exercise.kind == Kind::Find {
        outln!("There is nothing to reset: every look is at a new machine.");
        return Ok(0);
    }
    let kept = assignment.reset()?;
    outln!("{} is the starter again.", link(&assignment.source()));
    if let Some(kept) = kept {
        outln!("What you had is kept: {}", link(&kept));
    }
    Ok(0)
}

/// Prints the solution, for a learner who has solved the exercise or insists.
pub fn solution(assignment: &Assignment, yes: bool) -> Result<u8> {
    let entry = &assignment.entry;
    let number = entry.number;
    let solved = assignment.done().solved.is_some();
    if !solved && !yes && !insists(number)? {
        return Ok(USAGE);
    }
    if !solved {
        assignment.remember(|done| done.solution_read = true);
    }
    if entry.exercise.kind == Kind::Find {
        out!("{}", show::indented(&entry.exercise.finds));
        return Ok(0);
    }
    let path = entry.solution();
    let text = input::text(&path, input::PROGRAM);
    outln!("// {}\n", link(&path));
    out!("{}", text.with_context(|| path.display().to_string())?);
    Ok(0)
}

fn insists(number: Number) -> Result<bool> {
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        errln!(
            "Exercise {number} is not solved yet. To read its solution: \
             just solution {number} --yes"
        );
        return Ok(false);
    }
    hang_up::ends_us();
    out!("Exercise {number} is not solved yet. Read its solution? [y/N] ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}

/// Prints the text for a learner who has just solved the exercise.
pub fn solved_now(assignment: &Assignment) -> Result<()> {
    let entry = &assignment.entry;
    let number = entry.number;
    outln!("\nExercise {number} is solved.\n");
    out!("{}", wrapped(&entry.exercise.after, "  "));
    let entries = assignment.workshop.exercises()?;
    let record = assignment.workshop.record();
    outln!();
    if entry.exercise.kind != Kind::Find {
        outln!("  Compare   {}", link(&entry.solution()));
    }
    let count = solved(&entries, &record);
    outln!("  Progress  {}", show::progress(count, entries.len()));
    match next_after(&entries, &record, Some(number)) {
        Some(next) => outln!("  Next      just exercise {next}"),
        None => outln!("  All exercises are solved."),
    }
    Ok(())
}
