//! The page of the book: the systems that were played, their differences, and
//! the times of boots and clones.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::DateTime;

use super::chosen::System;
use super::fetched::OWN;
use super::marks::Marked;
use super::outcome::{BootTimes, Cell, Outcome, Plan, Versions};
use super::table;
use crate::bench;
use crate::bench::rounds::Row;
use crate::bench::three_digits::time;

/// Columns of a paragraph.
const WIDTH: usize = 79;

/// Lowest ratio of a cold boot's time to a clone's.
const GOAL: f64 = 10.0;

/// The content of the page.
pub struct Page<'a> {
    /// Day of the run, such as `2026-11-30`.
    pub date: String,
    /// Distribution of this computer's own userland and QEMU.
    pub computer: String,
    /// Lessons and exercises played on each system.
    pub plan: &'a Plan,
    /// Result of each system.
    pub outcomes: &'a [Outcome],
    /// Lines of the lessons that differ between systems.
    pub marks: Vec<Marked>,
    /// Times of boots and clones on each QEMU.
    pub times: Vec<BootTimes>,
}

/// Returns today's date, in UTC.
pub fn today() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.map_or(0, |now| now.as_secs());
    let day = DateTime::from_timestamp(seconds.cast_signed(), 0);
    day.unwrap_or_default().format("%Y-%m-%d").to_string()
}

/// Returns the name of this computer's distribution (os-release(5)).
pub fn computer() -> String {
    let text = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let mut lines = text.lines();
    let name = lines.find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.unwrap_or("this computer").trim_matches('"').to_owned()
}

const HEAD: &str = "# Systems

`just matrix --write` writes this page; nothing in it is typed by hand. On each
system all lessons are played, and the solution of every exercise is graded
once, like a learner's program. The systems follow a rule: every kernel with
this computer's own userland and QEMU, every userland with the oldest and the
newest kernel, and every QEMU with the newest kernel and the userland of its
suite.
";

/// Returns the text of the whole page.
pub fn text(page: &Page<'_>) -> String {
    let mut text = HEAD.to_owned();
    let Page { date, computer, .. } = page;
    let Plan { lessons, exercises } = page.plan;
    let played = format!(
        "Played on {date}; `{OWN}` is {computer}. Systems: {}, lessons: {}, \
         exercises: {}.",
        page.outcomes.len(),
        lessons.len(),
        exercises.len(),
    );
    let _ = writeln!(text, "\n{}", textwrap::fill(&played, WIDTH));
    text += &systems(page);
    text += &userlands(page.outcomes);
    text += &differences(page);
    text += &times(page);
    text
}

fn systems(page: &Page<'_>) -> String {
    let mut text = "\n## What was played\n\n\
        | Linux | userland | QEMU | lessons | exercises |\n\
        |---|---|---|---|---|\n"
        .to_owned();
    for outcome in page.outcomes {
        let System {
            kernel, userland, ..
        } = &outcome.system;
        let known = outcome.versions.as_ref();
        let release = known.map_or(&kernel.name, |it| &it.kernel);
        let Plan { lessons, exercises } = page.plan;
        let lessons = lessons.iter().map(|n| outcome.lessons.get(n));
        let exercises = exercises.iter().map(|n| outcome.exercises.get(n));
        let _ = writeln!(
            text,
            "| {release} | {} | {} | {} | {} |",
            userland.name,
            qemu(&outcome.system, known),
            counted(lessons),
            counted(exercises)
        );
    }
    let reasons = page.outcomes.iter().filter_map(|outcome| {
        let why = outcome.not_tried.as_ref()?;
        Some(format!("* {}: {}\n", outcome.system, one_line(why)))
    });
    let reasons: Vec<String> = reasons.collect();
    if page.outcomes.iter().any(Outcome::has_not_played) {
        text += "\n`–` counts lessons and exercises that were NOT PLAYED: they \
            need a newer kernel.\n";
    }
    if !reasons.is_empty() {
        text += "\nNot tried, or not to the end:\n\n";
        text += &reasons.concat();
    }
    text
}

fn qemu(system: &System, known: Option<&Versions>) -> String {
    let name = &system.qemu.name;
    let version = known.map(|it| it.qemu.as_str());
    version.map_or_else(|| name.clone(), |it| format!("{name} {it}"))
}

/// Counts the cells by their signs: `✓ 19`, or `✓ 18, ✗ 1`.
fn counted<'a>(cells: impl Iterator<Item = Option<&'a Cell>>) -> String {
    let mut signs: Vec<(char, usize)> = Vec::new();
    for cell in cells {
        let sign = table::sign(cell);
        match signs.iter_mut().find(|(known, _)| *known == sign) {
            Some((_, count)) => *count += 1,
            None => signs.push((sign, 1)),
        }
    }
    let parts = signs.iter().map(|(sign, count)| format!("{sign} {count}"));
    parts.collect::<Vec<_>>().join(", ")
}

/// Returns the table with one row for each userland that a machine ran.
fn userlands(outcomes: &[Outcome]) -> String {
    let mut text = "\n## Userlands\n\n".to_owned();
    let mut seen: Vec<(&str, &Versions)> = Vec::new();
    for outcome in outcomes {
        let name = outcome.system.userland.name.as_str();
        let known = seen.iter().any(|(seen, _)| *seen == name);
        if let Some(versions) = outcome.versions.as_ref().filter(|_| !known) {
            seen.push((name, versions));
        }
    }
    let Some((_, first)) = seen.first() else {
        return text + "No machine told what it is made of.\n";
    };
    let names = first.tools.iter().map(|(name, _)| name.as_str());
    let names: Vec<&str> = names.collect();
    let _ = writeln!(text, "| userland | {} |", names.join(" | "));
    let _ = writeln!(text, "|---{}|", "|---".repeat(names.len()));
    for (userland, versions) in &seen {
        let tools: BTreeMap<_, _> = versions.tools.iter().cloned().collect();
        let version =
            |name: &&str| tools.get(*name).cloned().unwrap_or_default();
        let cells: Vec<String> = names.iter().map(version).collect();
        let _ = writeln!(text, "| {userland} | {} |", cells.join(" | "));
    }
    text
}

/// Returns a table with a row for each mark of a chapter, and in it each line
/// once: most commands that fail on an older kernel end with the same status.
fn table_of_marks(marks: &[Marked]) -> String {
    let mut rows: Vec<(u32, &str, Vec<String>)> = Vec::new();
    for Marked {
        chapter,
        mark,
        line,
    } in marks
    {
        let line = format!("`{}`", line.replace('|', "\\|"));
        let same =
            |row: &&mut (u32, &str, _)| row.0 == *chapter && row.1 == mark;
        match rows.iter_mut().find(same) {
            Some((_, _, lines)) if lines.contains(&line) => {}
            Some((_, _, lines)) => lines.push(line),
            None => rows.push((*chapter, mark, vec![line])),
        }
    }
    let mut text = "| chapter | mark | lines |\n|---|---|---|\n".to_owned();
    for (chapter, mark, lines) in rows {
        // Writing to a String cannot fail.
        let _ =
            writeln!(text, "| {chapter} | {mark} | {} |", lines.join("<br>"));
    }
    text
}

fn differences(page: &Page<'_>) -> String {
    let mut text = "\n## What differs\n\n".to_owned();
    if page.marks.is_empty() {
        text += "No line of a lesson is marked for some systems only.\n";
    } else {
        text += "Lines of lessons that only some systems print:\n\n";
        text += &table_of_marks(&page.marks);
    }
    for outcome in page.outcomes {
        for (what, cell) in outcome.cells() {
            let (word, why) = match cell {
                Cell::Same | Cell::NotPlayed(_) => continue,
                Cell::Differs(why) => ("not as in the book", why),
                Cell::Broken(why) => ("the machine broke", why),
            };
            let system = &outcome.system;
            let why = why.trim_end();
            let _ = writeln!(
                text,
                "\n{system}, {what}: {word}\n\n```text\n{why}\n```"
            );
        }
    }
    text
}

fn times(page: &Page<'_>) -> String {
    let times = &page.times;
    let mut text = "\n## A clone beside a cold boot\n\n".to_owned();
    let rounds = times.iter().filter_map(|it| it.rows.as_ref().ok());
    let rounds = rounds.flatten().map(|row| row.samples.len()).max();
    let Some(rounds) = rounds else {
        return text + "Not measured.\n" + &not_measured(times);
    };
    let about = format!(
        "In turns, {rounds} rounds; times are medians, the ratio is the \
         median of the rounds' ratios. A clone should be at least {GOAL} times \
         as fast as the boot."
    );
    let _ = writeln!(text, "{}\n", textwrap::fill(&about, WIDTH));
    text += "| QEMU | Linux | userland | cold boot | clone | ratio | goal |\n\
        |---|---|---|--:|--:|--:|---|\n";
    for BootTimes { system, rows } in times {
        if let Ok(rows) = rows {
            text += &times_row(page, system, rows);
        }
    }
    text + &not_measured(times)
}

fn times_row(page: &Page<'_>, system: &System, rows: &[Row]) -> String {
    let same = |it: &&Outcome| it.system == *system;
    let known = page.outcomes.iter().find(same);
    let known = known.and_then(|it| it.versions.as_ref());
    let find = |name: &str| rows.iter().find(|row| row.name == name);
    let both = find(bench::COLD_BOOT).zip(find(bench::CLONE));
    let ratio = both.and_then(|(boot, clone)| boot.ratio_to(clone));
    let [boot, clone] = match both {
        Some((boot, clone)) => [boot, clone].map(|it| time(it.median())),
        None => [const { String::new() }; 2],
    };
    let verdict = match ratio {
        Some(ratio) if ratio >= GOAL => "reached",
        Some(_) => "MISSED",
        None => "not measured",
    };
    let ratio = ratio.map_or(String::new(), |it| format!("{it:.1}"));
    format!(
        "| {} | {} | {} | {boot} | {clone} | {ratio} | {verdict} |\n",
        qemu(system, known),
        system.kernel.name,
        system.userland.name
    )
}

fn not_measured(times: &[BootTimes]) -> String {
    let lines = times.iter().filter_map(|BootTimes { system, rows }| {
        let why = rows.as_ref().err()?;
        Some(format!("\nNot measured: {system}: {}\n", one_line(why)))
    });
    lines.collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
