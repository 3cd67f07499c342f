//! `just grade FOLDER`: the programs of a class, compiled and graded.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::marking::{self, Grade};
use super::submissions::{self, Found};
use super::{compile, gradebook};
use crate::course::shown_path;
use crate::exercise::show::{harmless, link};
use crate::exit_code::{DIFFERS, ENVIRONMENT, USAGE};
use crate::progress;
use crate::whole_file::write;
use crate::{errln, out, outln};

/// The files that other programs read.
pub struct GradeFiles {
    /// Path of the JUnit XML.
    pub junit: PathBuf,
    /// Path of the CSV.
    pub csv: PathBuf,
}

impl GradeFiles {
    /// Writes both files, and prints where they are.
    pub fn write(&self, found: &Found, grades: &[Grade]) -> Result<()> {
        let Self { junit, csv } = self;
        write(junit, gradebook::junit(found, grades)?.as_bytes())?;
        write(csv, &gradebook::csv(found, grades)?)?;
        outln!("  CSV        {}", link(csv));
        outln!("  JUnit XML  {}   (with all that was seen)", link(junit));
        Ok(())
    }
}

/// Grades a folder, prints the table, and writes both files. Returns the exit
/// code.
pub fn run(
    workspace: &Path,
    folder: &Path,
    files: &GradeFiles,
    at_once: usize,
) -> Result<u8> {
    let Some(found) = read(workspace, folder)? else {
        return Ok(USAGE);
    };
    let count = found.submissions.len();
    let (grades, times) = grade(workspace, &found, at_once)?;
    print_table(&found, &grades);
    outln!("\n{count} programs: {}", shown(times));
    files.write(&found, &grades)?;
    Ok(code(&grades))
}

/// Reads the folder. `None` if there is nothing in it, which is then said.
pub fn read(workspace: &Path, folder: &Path) -> Result<Option<Found>> {
    if !folder.is_dir() {
        errln!("{} is no folder", shown_path(folder).display());
        return Ok(None);
    }
    let found = submissions::find(workspace, folder)?;
    if found.submissions.len() + found.not_understood.len() == 0 {
        errln!(
            "There is nothing in {}. A submission is FOLDER/STUDENT/3.1.rs.",
            shown_path(folder).display()
        );
        return Ok(None);
    }
    Ok(Some(found))
}

/// Prints a row for each submission.
pub fn print_table(found: &Found, grades: &[Grade]) {
    out!("{}", gradebook::table(found, grades));
}

/// Returns the durations of [`grade`] in words.
pub fn shown([compiling, grading]: [Duration; 2]) -> String {
    let [compiling, grading] = [compiling, grading].map(|it| it.as_secs_f64());
    format!("compiled in {compiling:.0} s, graded in {grading:.0} s")
}

/// Compiles and grades under a line of progress. Returns the grades, and the
/// durations of both.
pub fn grade(
    workspace: &Path,
    found: &Found,
    at_once: usize,
) -> Result<(Vec<Grade>, [Duration; 2])> {
    let count = found.submissions.len();
    let begin = Instant::now();
    let line = progress::start(format!("compiling {count} programs"));
    let compiled = compile::all(workspace, &found.submissions)?;
    let compiling = begin.elapsed();
    line.say("making the machine");
    let begin = Instant::now();
    let mut done = 0;
    let tell = |grade: &Grade| {
        done += 1;
        line.say(format!("graded {done} of {count}"));
        if !io::stderr().is_terminal() {
            errln!("{}", one_line(grade, done, count));
        }
    };
    let grades = marking::mark_all(workspace, found, &compiled, at_once, tell)?;
    Ok((grades, [compiling, begin.elapsed()]))
}

fn one_line(grade: &Grade, done: usize, count: usize) -> String {
    let student = harmless(&grade.student);
    let number = grade.number;
    let result = grade.result();
    format!("{done}/{count} {student} {number}: {result}")
}

/// Returns the exit code: 69 if a program could not be graded, 1 if an exercise
/// is not solved.
pub fn code(grades: &[Grade]) -> u8 {
    if grades.iter().any(Grade::is_missing) {
        ENVIRONMENT
    } else if grades.iter().all(Grade::solved) && !grades.is_empty() {
        0
    } else {
        DIFFERS
    }
}
