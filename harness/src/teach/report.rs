//! `just report`: the work of a learner, as a JSON file for `just class` and as
//! a Markdown file to read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use nix::unistd::{User, getuid};
use serde::{Deserialize, Serialize};
use tr::tr;

use crate::exercise::catalogue::{Entry, Number};
use crate::exercise::record::{self, Done};
use crate::exercise::show::{harmless, link};
use crate::exercise::{Workshop, learn, predictions};
use crate::outln;
use crate::prediction::Tally;
use crate::whole_file::write;

/// Version of the format written by this harness.
pub const FORMAT: u32 = 1;

/// The work of a learner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Version of the format: [`FORMAT`].
    pub format: u32,
    /// Name of the learner.
    pub student: String,
    /// Time of writing, in seconds since 1970.
    pub written: u64,
    /// Work on every exercise, by its number.
    pub exercises: BTreeMap<String, Work>,
    /// Predictions in the player. Older reports have none.
    #[serde(default)]
    pub predictions: Tally,
}

/// The work on one exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Time of the beginning, in seconds since 1970.
    pub begun: Option<u64>,
    /// Time of the first solution, in seconds since 1970.
    pub solved: Option<u64>,
    /// Number of checks.
    pub attempts: u32,
    /// Number of hints that were read, of three.
    pub hints: u32,
    /// Whether the solution was read before the exercise was solved.
    pub solution_read: bool,
    /// Number of times that each feedback was given, by its name.
    pub feedback: BTreeMap<String, u32>,
}

impl Report {
    /// Returns the work on an exercise, which may not have begun.
    pub fn work(&self, number: Number) -> &Work {
        static NONE: Work = Work {
            begun: None,
            solved: None,
            attempts: 0,
            hints: 0,
            solution_read: false,
            feedback: BTreeMap::new(),
        };
        self.exercises.get(&number.to_string()).unwrap_or(&NONE)
    }
}

impl Work {
    fn of(done: Done) -> Self {
        Self {
            begun: done.begun,
            solved: done.solved,
            attempts: done.attempts,
            hints: done.hints,
            solution_read: done.solution_read,
            feedback: done.feedback,
        }
    }

    /// Returns the minutes from the beginning to the first solution.
    pub fn minutes(&self) -> Option<u64> {
        let took = self.solved?.checked_sub(self.begun?)?;
        Some(took.div_ceil(60))
    }

    /// Returns the feedback given most often, and how often.
    fn told_most(&self) -> Option<(&str, u32)> {
        let all = self.feedback.iter();
        let most = all.max_by_key(|(_, count)| **count)?;
        Some((most.0, *most.1))
    }
}

/// Writes both files.
pub fn run(workshop: &Workshop, name: Option<String>, to: &Path) -> Result<u8> {
    let entries = workshop.exercises()?;
    let record = workshop.record();
    let exercises = entries
        .iter()
        .map(|it| (it.number.to_string(), Work::of(record.of(it.number))));
    let report = Report {
        format: FORMAT,
        student: name.unwrap_or_else(login),
        written: record::now(),
        exercises: exercises.collect(),
        predictions: workshop.predictions().tally(),
    };
    let json = serde_json::to_string_pretty(&report).context("JSON")? + "\n";
    let json_file = to.with_extension("json");
    let text_file = to.with_extension("md");
    write(&json_file, json.as_bytes())?;
    write(&text_file, markdown(&report, &entries).as_bytes())?;
    let solved = learn::solved(&entries, &record);
    outln!(
        "{}: {solved} of {} exercises solved.\n",
        harmless(&report.student),
        entries.len()
    );
    outln!("  For the teacher  {}   (just class)", link(&json_file));
    outln!("  To be read       {}", link(&text_file));
    if report.student.is_empty() {
        outln!("\nWho is it? just report --name NAME");
    }
    Ok(0)
}

fn login() -> String {
    let user = User::from_uid(getuid()).ok().flatten();
    user.map_or_else(String::new, |user| user.name)
}

fn markdown(report: &Report, entries: &[Entry]) -> String {
    let all = report.exercises.values();
    let solved = all.filter(|work| work.solved.is_some()).count();
    let mut text = format!(
        "# Exercises of {}\n\n{solved} of {} solved.\n\n\
         | exercise | | solved | checks | hints | minutes | told most |\n\
         |---|---|---|---|---|---|---|\n",
        cell(&report.student),
        entries.len()
    );
    for entry in entries {
        let number = entry.number.to_string();
        let Some(work) = report.exercises.get(&number) else {
            continue;
        };
        let solved = match (work.solved, work.solution_read) {
            (Some(_), false) => "yes",
            (Some(_), true) => "after reading the solution",
            (None, _) => "",
        };
        let minutes = work.minutes().map_or(String::new(), |it| it.to_string());
        let told = work.told_most().map_or("", |(name, _)| name);
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| {number} | {} | {solved} | {} | {} | {minutes} | {} |",
            cell(&entry.exercise.title),
            work.attempts,
            work.hints,
            cell(told)
        );
    }
    text + &told_of_predictions(&report.predictions)
}

/// Returns a paragraph about the predictions; nothing if there are none.
fn told_of_predictions(tally: &Tally) -> String {
    if tally.questions == 0 {
        return String::new();
    }
    let mut text = format!("\n{}", predictions::count(tally));
    let worst = tally.worst().into_iter();
    let worst =
        worst.map(|(kind, wrong)| format!("{kind} ({})", wrong.count()));
    let worst = worst.collect::<Vec<_>>().join(", ");
    if !worst.is_empty() {
        text.push(' ');
        text += &tr!("Wrong, by type: {worst}.", worst);
    }
    text + "\n"
}

/// Escapes text for a cell: it ends no cell and begins no markup.
fn cell(text: &str) -> String {
    let mut safe = String::new();
    for c in harmless(text).chars() {
        if "\\|<>`*_[]&".contains(c) {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}
