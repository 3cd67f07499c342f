//! Texts for a learner: the list of exercises, a task, hints, a solution.

use std::io::{self, IsTerminal};
use std::path::Path;

use anyhow::{Context, Result};
use language::Language;
use tr::tr;

use super::assignment::Assignment;
use super::catalogue::{Entry, Number};
use super::definition::Kind;
use super::record::{self, Done, Record};
use super::show::{self, labelled, link, wrapped};
use super::workshop::Workshop;
use crate::course;
use crate::exit_code::{ENVIRONMENT, USAGE};
use crate::input;
use crate::terminal::columns::padded;
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
            let title = tr!("Chapter {chapter}: {title}", chapter, title);
            text += &format!("\n{title}\n");
        }
        let next = next == Some(entry.number);
        text += &row(entry, &record.of(entry.number), next);
        text.push('\n');
    }
    text.push('\n');
    text += &match next {
        Some(number) => tr!("Next: just exercise {number}", number),
        None => tr!("All exercises are solved."),
    };
    Ok(text + "\n")
}

fn title(workspace: &Path, chapter: u32) -> Result<String> {
    let chapter = course::chapter(workspace, chapter)?;
    Ok(chapter.read_in(Language::current())?.lesson.title)
}

fn row(entry: &Entry, done: &Done, next: bool) -> String {
    let sign = match (done.solved, next) {
        (Some(_), _) => "✓",
        (None, true) => ">",
        (None, false) => " ",
    };
    let exercise = &entry.exercise;
    let state = match (done.solved, done.attempts, done.begun) {
        (Some(_), ..) => tr!("solved"),
        (None, attempts @ 1.., _) => {
            tr!("1 check" | "{n} checks" % attempts)
        }
        (None, 0, Some(_)) => tr!("begun"),
        (None, 0, None) => String::new(),
    };
    let number = entry.number;
    let title = padded(&exercise.title, 48);
    let minutes = format!("{:>2}", exercise.minutes);
    let minutes = tr!("{minutes} min", minutes);
    let row = format!("  {sign} {number:<4} {title} {minutes}  {state}");
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
    let title = &exercise.title;
    outln!("{}", tr!("Exercise {number}: {title}", number, title));
    let minutes = exercise.minutes;
    let kind = kind(exercise.kind);
    outln!(
        "{}\n",
        tr!("{kind}, about {minutes} minutes", kind, minutes)
    );
    out!("{}", show::indented(&exercise.asks));
    match copied {
        Err(why) => {
            errln!("\n{}\n{why:#}", tr!("The starter cannot be copied:"));
            return Ok(ENVIRONMENT);
        }
        Ok(_) if find => {
            let look = format!("just explore {number}");
            out!("\n{}", labelled(&tr!("Look"), &look));
            let answer = tr!("just check {number} ANSWER", number);
            out!("{}", labelled(&tr!("Answer"), &answer));
        }
        Ok(copied) => {
            let mut file = link(&assignment.source());
            if !copied {
                file = tr!("{file}   (your version)", file);
            }
            out!("\n{}", labelled(&tr!("Edit"), &file));
            let check = format!("just check {number}");
            out!("{}", labelled(&tr!("Check"), &check));
        }
    }
    out!(
        "{}",
        labelled(&tr!("Stuck?"), &format!("just hint {number}"))
    );
    Ok(0)
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Write => tr!("Write a program"),
        Kind::Repair => tr!("Repair a program"),
        Kind::Find => tr!("Find something out"),
    }
}

/// Returns the hints that were read before and one more, with their number.
pub fn one_more_hint(entry: &Entry, before: usize) -> (String, usize) {
    let all = &entry.exercise.hints;
    let now = (before + 1).min(all.len());
    let mut text = String::new();
    for (index, hint) in all.iter().take(now).enumerate() {
        let separator = if index > 0 { "\n" } else { "" };
        let number = index + 1;
        let title = tr!("Hint {number} of {all}", number, all = all.len());
        text += &format!("{separator}{title}\n");
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
        outln!("\n{}", tr!("The next one: just hint {number}", number));
    } else {
        outln!(
            "\n{}",
            tr!(
                "That is the last one. The solution: just solution {number}",
                number
            )
        );
    }
    Ok(0)
}

/// Begins anew with the starter.
pub fn reset(assignment: &Assignment) -> Result<u8> {
    if assignment.entry.exercise.kind == Kind::Find {
        outln!(
            "{}",
            tr!("There is nothing to reset: every look is at a new machine.")
        );
        return Ok(0);
    }
    let kept = assignment.reset()?;
    let file = link(&assignment.source());
    outln!("{}", tr!("{file} is the starter again.", file));
    if let Some(kept) = kept {
        let file = link(&kept);
        outln!("{}", tr!("What you had is kept: {file}", file));
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
            "{}",
            tr!(
                "Exercise {number} is not solved yet. To read its solution: \
                 just solution {number} --yes",
                number
            )
        );
        return Ok(false);
    }
    hang_up::ends_us();
    let question = tr!(
        "Exercise {number} is not solved yet. Read its solution? [y/N]",
        number
    );
    out!("{question} ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}

/// Prints the text for a learner who has just solved the exercise.
pub fn solved_now(assignment: &Assignment) -> Result<()> {
    let entry = &assignment.entry;
    let number = entry.number;
    outln!("\n{}\n", tr!("Exercise {number} is solved.", number));
    out!("{}", wrapped(&entry.exercise.after, "  "));
    let entries = assignment.workshop.exercises()?;
    let record = assignment.workshop.record();
    outln!();
    if entry.exercise.kind != Kind::Find {
        out!("{}", labelled(&tr!("Compare"), &link(&entry.solution())));
    }
    let count = show::progress(solved(&entries, &record), entries.len());
    out!("{}", labelled(&tr!("Progress"), &count));
    match next_after(&entries, &record, Some(number)) {
        Some(next) => {
            let next = format!("just exercise {next}");
            out!("{}", labelled(&tr!("Next"), &next));
        }
        None => outln!("  {}", tr!("All exercises are solved.")),
    }
    Ok(())
}
