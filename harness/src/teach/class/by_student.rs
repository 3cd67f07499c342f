//! A table with a row for each student.

use std::fmt::Write as _;

use super::reports::Reports;
use crate::exercise::catalogue::Entry;
use crate::teach::gradebook::cut;
use crate::teach::report::{Report, Work};

/// Columns for the name of a student.
const NAME: usize = 20;

/// Returns the table: a row for each student, a sign for each exercise.
pub(super) fn table(reports: &Reports, entries: &[Entry]) -> String {
    let mut text = header(entries);
    for (name, report) in &reports.by_student {
        row(&mut text, name, report, entries);
    }
    text.push_str(
        "\n✓ solved   ? with the solution read   o tried   . not begun\n",
    );
    text
}

fn row(text: &mut String, name: &str, report: &Report, entries: &[Entry]) {
    let mut signs = String::new();
    let mut chapter = 0;
    let mut solved = 0;
    let mut checks = 0_u64;
    let mut hints = 0_u64;
    for entry in entries {
        let work = report.work(entry.number);
        gap(&mut signs, &mut chapter, entry);
        signs.push(sign(work));
        solved += usize::from(work.solved.is_some());
        checks += u64::from(work.attempts);
        hints += u64::from(work.hints.min(3));
    }
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{:<NAME$} {signs}  {solved:>4} of {}  {checks:>5}  {hints:>4}",
        cut(name, NAME),
        entries.len()
    );
}

fn sign(work: &Work) -> char {
    match (work.solved, work.solution_read, work.attempts) {
        (Some(_), false, _) => '✓',
        (Some(_), true, _) => '?',
        (None, _, 0) => '.',
        (None, ..) => 'o',
    }
}

/// Separates the chapters by a space.
fn gap(text: &mut String, chapter: &mut u32, entry: &Entry) {
    if *chapter != 0 && *chapter != entry.number.chapter {
        text.push(' ');
    }
    *chapter = entry.number.chapter;
}

/// Returns the heading: the number of a chapter above its first exercise, and
/// the exercises' own numbers in the second line.
fn header(entries: &[Entry]) -> String {
    let mut chapters = String::new();
    let mut own = String::new();
    let mut chapter = 0;
    for entry in entries {
        let number = entry.number;
        let first = chapter != number.chapter;
        gap(&mut own, &mut chapter, entry);
        let place = own.chars().count();
        own.push(char::from_digit(number.own % 10, 10).unwrap_or('?'));
        if first {
            let pad = place.saturating_sub(chapters.chars().count());
            chapters.push_str(&" ".repeat(pad));
            chapters.push_str(&number.chapter.to_string());
        }
    }
    format!(
        "{:<NAME$} {chapters}\n{:<NAME$} {own}  {:>9}  checks  hints\n",
        "chapter", "student", "solved"
    )
}
