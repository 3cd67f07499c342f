//! The grades of a class, for people and for other programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use quick_junit::{
    NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite,
};

use super::marking::{Grade, Mark};
use super::submissions::Found;
use crate::exercise::catalogue::Number;
use crate::exercise::show::{self, harmless};
use crate::exercise::verdict::{CheckResult, Verdict};

/// Columns for the name of a student.
const NAME: usize = 20;

/// Columns for the text beside the name: a line has 80 with both.
const TEXT: usize = 45;

impl Grade {
    /// Returns the result in a word or two.
    pub fn result(&self) -> &'static str {
        match &self.mark {
            Mark::Graded(verdict) if verdict.solved() => "solved",
            Mark::Graded(_) => "not solved",
            Mark::DoesNotCompile(_) => "does not compile",
            Mark::NotGraded(_) => "not graded",
        }
    }

    /// Returns the first check that does not hold, or the reason why there are
    /// no checks.
    pub fn missed(&self) -> String {
        match &self.mark {
            Mark::Graded(verdict) => verdict
                .failed()
                .next()
                .map_or_else(String::new, |check| harmless(&check.what)),
            Mark::DoesNotCompile(errors) => {
                let mut lines = errors.lines();
                let first = lines.find(|line| line.starts_with("error"));
                harmless(first.unwrap_or_default())
            }
            Mark::NotGraded(why) => {
                harmless(why.lines().next().unwrap_or_default())
            }
        }
    }

    /// Returns the name of the feedback that the student got.
    pub fn feedback(&self) -> &str {
        match &self.mark {
            Mark::Graded(Verdict { feedback, .. }) => {
                let said = feedback.as_ref();
                said.and_then(|said| said.id.as_deref()).unwrap_or_default()
            }
            _ => "",
        }
    }

    /// Returns the number of checks that hold.
    pub fn held(&self) -> usize {
        let Mark::Graded(verdict) = &self.mark else {
            return 0;
        };
        let all = verdict.runs.iter().flat_map(|run| &run.checks);
        all.filter(|it| it.result == CheckResult::Holds).count()
    }

    /// Returns the text that a student would have seen.
    fn details(&self) -> String {
        match &self.mark {
            Mark::Graded(verdict) => show::verdict(verdict),
            Mark::DoesNotCompile(text) | Mark::NotGraded(text) => {
                let lines: Vec<String> =
                    text.lines().take(200).map(harmless).collect();
                lines.join("\n")
            }
        }
    }
}

/// Returns a table for a screen: a row for each submission, and the checks that
/// were missed most.
pub fn table(found: &Found, grades: &[Grade]) -> String {
    let mut text = String::new();
    for entry in &found.entries {
        let number = entry.number;
        let own = || grades.iter().filter(move |it| it.number == number);
        let solved = own().filter(|it| it.solved()).count();
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "\n{number} {}: {solved} of {} solved\n",
            entry.exercise.title,
            own().count()
        );
        let all = entry.exercise.checks().count();
        for grade in own() {
            row(&mut text, grade, all);
        }
        missed_most(&mut text, own());
    }
    if !found.not_understood.is_empty() {
        text.push_str("\nNot understood:\n");
    }
    for it in &found.not_understood {
        let path = harmless(&it.path.display().to_string());
        let why = show::wrapped(&harmless(&it.why), "      ");
        let _ = write!(text, "  {path}\n{why}");
    }
    text
}

fn row(text: &mut String, grade: &Grade, all: usize) {
    let sign = if grade.solved() { "✓" } else { "✗" };
    let what = match &grade.mark {
        Mark::Graded(_) if grade.solved() => String::new(),
        Mark::Graded(_) => grade.missed(),
        Mark::DoesNotCompile(_) => grade.result().to_owned(),
        Mark::NotGraded(_) => {
            format!("{}: {}", grade.result(), grade.missed())
        }
    };
    let held = match &grade.mark {
        Mark::Graded(_) => format!("{} of {all}", grade.held()),
        _ => String::new(),
    };
    let student = cut(&harmless(&grade.student), NAME);
    let what = cut(&what, TEXT);
    let line = format!("  {sign} {student:<NAME$} {held:>8}  {what}");
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Cuts a text, and marks the cut with three points.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most - 3).collect();
    start + "..."
}

fn missed_most<'a>(text: &mut String, grades: impl Iterator<Item = &'a Grade>) {
    let mut counts = BTreeMap::new();
    for grade in grades.filter(|grade| !grade.solved()) {
        let what = match &grade.mark {
            Mark::Graded(_) => grade.missed(),
            _ => grade.result().to_owned(),
        };
        *counts.entry(what).or_insert(0) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if !counts.is_empty() {
        text.push_str("\n  missed first:\n");
    }
    for (what, count) in counts.iter().take(3) {
        let _ = writeln!(text, "  {count:>4}  {}", cut(what, 70));
    }
}

/// Returns JUnit XML: a suite for each exercise, a case for each student.
pub fn junit(found: &Found, grades: &[Grade]) -> Result<String> {
    let mut report = Report::new("namespace workshop");
    for entry in &found.entries {
        let number = entry.number;
        let name = format!("{number} {}", entry.exercise.title);
        let mut suite = TestSuite::new(name);
        for grade in grades.iter().filter(|it| it.number == number) {
            suite.add_test_case(case(grade));
        }
        report.add_test_suite(suite);
    }
    if !found.not_understood.is_empty() {
        let mut suite = TestSuite::new("not understood");
        for it in &found.not_understood {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(it.why.clone());
            let path = it.path.display().to_string();
            suite.add_test_case(TestCase::new(path, status));
        }
        report.add_test_suite(suite);
    }
    Ok(report.to_string()?)
}

fn case(grade: &Grade) -> TestCase {
    let kind = match &grade.mark {
        Mark::Graded(_) | Mark::DoesNotCompile(_) => NonSuccessKind::Failure,
        Mark::NotGraded(_) => NonSuccessKind::Error,
    };
    let status = if grade.solved() {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_type(grade.result());
        status.set_message(grade.missed());
        status.set_description(grade.details());
        status
    };
    let mut case = TestCase::new(grade.student.clone(), status);
    case.set_classname(grade.number.to_string());
    case.set_time(grade.time);
    case
}

const COLUMNS: [&str; 8] = [
    "student", "exercise", "result", "held", "checks", "missed", "feedback",
    "seconds",
];

/// Returns CSV: a line for each submission, and for each file that is none.
pub fn csv(found: &Found, grades: &[Grade]) -> Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(COLUMNS)?;
    for grade in grades {
        let all = all_checks(found, grade.number);
        csv.write_record([
            &inert(&grade.student),
            &grade.number.to_string(),
            grade.result(),
            &grade.held().to_string(),
            &all.to_string(),
            &inert(&grade.missed()),
            &inert(grade.feedback()),
            &format!("{:.1}", grade.time.as_secs_f64()),
        ])?;
    }
    for it in &found.not_understood {
        let path = inert(&it.path.display().to_string());
        let why = inert(&it.why);
        let row = [&path, "", "not understood", "", "", &why, "", ""];
        csv.write_record(row)?;
    }
    csv.into_inner().context("csv")
}

fn all_checks(found: &Found, number: Number) -> usize {
    let entry = found.entry(number);
    entry.map_or(0, |entry| entry.exercise.checks().count())
}

/// Protects a text from spreadsheets, which run a text that begins like a
/// formula.
fn inert(text: &str) -> String {
    let plain = harmless(text);
    if plain.trim_start().starts_with(['=', '+', '-', '@']) {
        format!("'{plain}")
    } else {
        plain
    }
}
