//! `just grade FOLDER`: the programs of a class, compiled and graded.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::marking::{self, Grade, Mark};
use super::submissions::{self, Found};
use super::{compile, gradebook};
use crate::course::shown_path;
use crate::exercise::show::{harmless, link};
use crate::exit_code::{DIFFERS, ENVIRONMENT, USAGE};
use crate::progress;
use crate::{errln, out, outln};

/// Grades a folder, prints the table, and writes both files. Returns the exit
/// code.
pub fn run(
    workspace: &Path,
    folder: &Path,
    [junit, csv]: &[PathBuf; 2],
    at_once: usize,
) -> Result<u8> {
    if !folder.is_dir() {
        errln!("{} is no folder", shown_path(folder).display());
        return Ok(USAGE);
    }
    let found = submissions::find(workspace, folder)?;
    let count = found.submissions.len();
    if count + found.not_understood.len() == 0 {
        errln!(
            "There is nothing in {}. A submission is FOLDER/STUDENT/3.1.rs.",
            shown_path(folder).display()
        );
        return Ok(USAGE);
    }
    let (grades, [compiling, grading]) = grade(workspace, &found, at_once)?;
    out!("{}", gradebook::table(&found, &grades));
    gradebook::write(junit, gradebook::junit(&found, &grades)?.as_bytes())?;
    gradebook::write(csv, &gradebook::csv(&found, &grades)?)?;
    outln!(
        "\n{count} programs: compiled in {:.0} s, graded in {:.0} s",
        compiling.as_secs_f64(),
        grading.as_secs_f64()
    );
    outln!("  CSV        {}", link(csv));
    outln!("  JUnit XML  {}   (with all that was seen)", link(junit));
    Ok(code(&grades))
}

/// Compiles and grades under a line of progress. Returns the grades, and the
/// durations of both.
fn grade(
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
fn code(grades: &[Grade]) -> u8 {
    let not_graded = |it: &Grade| matches!(it.mark, Mark::NotGraded(_));
    if grades.iter().any(not_graded) {
        ENVIRONMENT
    } else if grades.iter().all(Grade::solved) && !grades.is_empty() {
        0
    } else {
        DIFFERS
    }
}
