//! A table with a row for each exercise.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::reports::Reports;
use crate::exercise::catalogue::Entry;
use crate::exercise::show::harmless;
use crate::teach::gradebook::cut;
use crate::teach::report::Work;

/// Columns for the name of a feedback.
const FEEDBACK: usize = 18;

/// Columns for the title of an exercise.
const TITLE: usize = 26;

/// Returns the table: how many students solved an exercise, and the feedback
/// that most of them got.
pub(super) fn table(reports: &Reports, entries: &[Entry]) -> String {
    let rows = entries
        .iter()
        .filter_map(|entry| ExerciseRow::of(reports, entry));
    let rows: Vec<ExerciseRow> = rows.collect();
    if rows.is_empty() {
        return "\nNobody has checked anything yet.\n\n".to_owned();
    }
    let mut text =
        format!("\n{:<31}  solved checks minutes  missed most\n", "exercise");
    for row in &rows {
        text.push_str(&row.text);
        text.push('\n');
    }
    text.push_str("\nchecks, minutes: of the one in the middle\n\n");
    if let Some(row) = rows.iter().max_by_key(|row| row.open)
        && row.open > 0
    {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "Talk about {} first: {} have tried it and not solved it.\n",
            row.entry.number, row.open
        );
    }
    text
}

/// A row of the table.
struct ExerciseRow<'a> {
    entry: &'a Entry,
    /// Number of students who have tried the exercise and not solved it.
    open: usize,
    text: String,
}

impl<'a> ExerciseRow<'a> {
    /// Returns the row of an exercise that somebody has tried.
    fn of(reports: &Reports, entry: &'a Entry) -> Option<Self> {
        let all = || reports.works(entry);
        let tried = all().filter(|it| it.attempts > 0).count();
        if tried == 0 {
            return None;
        }
        let solved = all().filter(|it| it.solved.is_some()).count();
        let checks = median(all().map(|it| u64::from(it.attempts)));
        let minutes = median(all().filter_map(Work::minutes));
        let missed = missed_most(all());
        let missed = missed.map_or_else(String::new, |(name, count)| {
            format!("{} ({count})", cut(&harmless(name), FEEDBACK))
        });
        let title = cut(&entry.exercise.title, TITLE);
        let text = format!(
            "{:<4} {title:<TITLE$} {solved:>3}/{tried:<3} {checks:>6} \
             {minutes:>7}  {missed}",
            entry.number
        );
        Some(Self {
            entry,
            open: tried - solved.min(tried),
            text: text.trim_end().to_owned(),
        })
    }
}

fn median(numbers: impl Iterator<Item = u64>) -> String {
    let mut numbers: Vec<u64> = numbers.filter(|it| *it > 0).collect();
    numbers.sort_unstable();
    let middle = numbers.get(numbers.len() / 2);
    middle.map_or_else(|| "-".to_owned(), |it| (*it).min(999_999).to_string())
}

/// Returns the feedback that most students got, and the number of these
/// students.
fn missed_most<'a>(
    works: impl Iterator<Item = &'a Work>,
) -> Option<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in works.flat_map(|work| work.feedback.keys()) {
        *counts.entry(name).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count)
}
