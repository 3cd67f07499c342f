//! `just class FOLDER`: the reports of a class in one table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::gradebook::cut;
use super::report::{FORMAT, Report, Work};
use super::stranger;
use crate::exercise::catalogue::{self, Entry};
use crate::exercise::show::harmless;
use crate::exit_code::{DIFFERS, USAGE};
use crate::{errln, out, outln};

/// Size limit of a report, about ten times the usual size.
const MOST_BYTES: u64 = 1 << 20;

/// Columns for the name of a student.
const NAME: usize = 20;

/// Prints the table. Returns 1 if a file is no report.
pub fn run(workspace: &Path, folder: &Path) -> Result<u8> {
    if !folder.is_dir() {
        errln!("{} is no folder", folder.display());
        return Ok(USAGE);
    }
    let files = files(folder)?;
    if files.is_empty() {
        errln!(
            "There is no JSON file in {}. Learners write one with: just report",
            folder.display()
        );
        return Ok(USAGE);
    }
    let entries = catalogue::all(workspace)?;
    let mut class = Class {
        folder: folder.to_path_buf(),
        ..Class::default()
    };
    for file in &files {
        class.take(file);
    }
    out!(
        "{}{}",
        class.by_student(&entries),
        class.by_exercise(&entries)
    );
    for line in &class.not_understood {
        outln!("{line}");
    }
    Ok(if class.not_understood.is_empty() {
        0
    } else {
        DIFFERS
    })
}

/// Lists FOLDER/NAME.json and FOLDER/STUDENT/NAME.json.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let list = |folder: &Path| -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder)
            .with_context(|| folder.display().to_string())?;
        let mut paths: Vec<_> =
            entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        Ok(paths)
    };
    for path in list(folder)? {
        if path.symlink_metadata().is_ok_and(|meta| meta.is_dir()) {
            // An unreadable folder counts as empty.
            files.extend(list(&path).unwrap_or_default());
        } else {
            files.push(path);
        }
    }
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".json") && !name.starts_with('.')
    });
    Ok(files)
}

#[derive(Default)]
struct Class {
    folder: PathBuf,
    /// Reports by name of the student.
    reports: BTreeMap<String, Report>,
    not_understood: Vec<String>,
}

impl Class {
    fn take(&mut self, file: &Path) {
        match read(file) {
            Ok(report) => self.add(file, report),
            Err(error) => self.complain(file, &format!("{error:#}")),
        }
    }

    /// Adds a report. The later of two reports by one student counts.
    fn add(&mut self, file: &Path, mut report: Report) {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let own = harmless(report.student.trim());
        let name = if own.is_empty() { harmless(&stem) } else { own };
        if let Some(known) = self.reports.get_mut(&name) {
            if known.written < report.written {
                std::mem::swap(known, &mut report);
            }
            let why = format!(
                "there are two reports of {name}: the later one \
                               counts. Two of one name? just report --name"
            );
            self.complain(file, &why);
        } else {
            self.reports.insert(name, report);
        }
    }

    fn complain(&mut self, file: &Path, why: &str) {
        let file = file.strip_prefix(&self.folder).unwrap_or(file);
        let file = harmless(&file.display().to_string());
        let first = why.lines().next().unwrap_or_default();
        self.not_understood
            .push(format!("{file}: {}", harmless(first)));
    }

    /// Returns a table with a row for each student and a sign for each
    /// exercise.
    fn by_student(&self, entries: &[Entry]) -> String {
        let mut text = header(entries);
        for (name, report) in &self.reports {
            let mut signs = String::new();
            let mut chapter = 0;
            let mut solved = 0;
            let mut checks = 0_u64;
            let mut hints = 0_u64;
            for entry in entries {
                let work = work(report, entry);
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
        text.push_str(
            "\n✓ solved   ? with the solution read   o tried   . not begun\n",
        );
        text
    }

    /// Returns a table with a row for each exercise: how many students solved
    /// it, and the feedback that most of them got.
    fn by_exercise(&self, entries: &[Entry]) -> String {
        let mut rows = Vec::new();
        for entry in entries {
            let all = || self.reports.values().map(|it| work(it, entry));
            let tried = all().filter(|it| it.attempts > 0).count();
            if tried == 0 {
                continue;
            }
            let solved = all().filter(|it| it.solved.is_some()).count();
            let checks = median(all().map(|it| u64::from(it.attempts)));
            let minutes = median(all().filter_map(Work::minutes));
            let missed = missed_most(all());
            let shown = missed.map_or_else(String::new, |(name, count)| {
                format!("{} ({count})", cut(&harmless(name), 18))
            });
            let title = cut(&entry.exercise.title, 26);
            let row = format!(
                "{:<4} {title:<26} {solved:>3}/{tried:<3} {checks:>6} \
                 {minutes:>7}  {shown}",
                entry.number
            );
            let open = tried - solved.min(tried);
            rows.push((open, row.trim_end().to_owned(), entry));
        }
        if rows.is_empty() {
            return "\nNobody has checked anything yet.\n\n".to_owned();
        }
        let mut text = format!(
            "\n{:<31}  solved checks minutes  missed most\n",
            "exercise"
        );
        for (_, row, _) in &rows {
            text.push_str(row);
            text.push('\n');
        }
        text.push_str("\nchecks, minutes: of the one in the middle\n\n");
        if let Some((open, _, entry)) =
            rows.iter().max_by_key(|(open, ..)| open)
            && *open > 0
        {
            let _ = writeln!(
                text,
                "Talk about {} first: {open} have tried it and not solved \
                 it.\n",
                entry.number
            );
        }
        text
    }
}

fn read(file: &Path) -> Result<Report> {
    let text = stranger::read(file, MOST_BYTES)?;
    let report: Report =
        serde_json::from_str(&text).context("it is no report")?;
    ensure!(
        report.format == FORMAT,
        "it was written by another version of the course"
    );
    Ok(report)
}

fn work<'a>(report: &'a Report, entry: &Entry) -> &'a Work {
    static NONE: Work = Work {
        begun: None,
        solved: None,
        attempts: 0,
        hints: 0,
        solution_read: false,
        feedback: BTreeMap::new(),
    };
    let work = report.exercises.get(&entry.number.to_string());
    work.unwrap_or(&NONE)
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
