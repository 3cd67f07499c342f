//! The subcommands for teachers.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;
use clap::Subcommand;

use super::marking::{self, Grade, Mark};
use super::{bundle, class, compile, gradebook, report, submissions};
use crate::course::shown_path;
use crate::exercise::Workshop;
use crate::exercise::show::{harmless, link};
use crate::exit_code::{DIFFERS, ENVIRONMENT, USAGE};
use crate::progress;
use crate::{errln, out, outln};

/// The subcommands for teachers.
#[derive(Subcommand)]
pub enum TeachCommand {
    /// Grade a folder of programs: FOLDER/STUDENT/3.1.rs, or as in the work
    /// folder, FOLDER/STUDENT/3.1-NAME/src/main.rs
    Grade {
        /// The folder
        folder: PathBuf,
        /// Where to write JUnit XML [default: workshop/grades.xml]
        #[arg(long, value_name = "FILE")]
        junit: Option<PathBuf>,
        /// Where to write CSV [default: workshop/grades.csv]
        #[arg(long, value_name = "FILE")]
        csv: Option<PathBuf>,
        /// Number of machines at once [default: one for each processor]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        jobs: Option<u16>,
    },
    /// Write a report of your work: JSON for the teacher, Markdown to read
    Report {
        /// Your name [default: your login name]
        #[arg(long)]
        name: Option<String>,
        /// Where to write the report [default: workshop/report.json, and .md]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Show the reports of a class in one table
    Class {
        /// The folder of the JSON files
        folder: PathBuf,
    },
    /// Pack the whole course into one archive, for places without internet
    Bundle {
        /// The archive [default: workshop/namespace-workshop.tar.gz]
        file: Option<PathBuf>,
        /// Include every kernel that has been fetched, not only the one in use
        #[arg(long)]
        all_kernels: bool,
    },
}

/// Runs one of the subcommands and returns the exit code.
pub fn run(workspace: &Path, command: TeachCommand) -> Result<u8> {
    let workshop = Workshop::new(workspace);
    let own = |name: &str| workshop.folder().join(name);
    match command {
        TeachCommand::Grade {
            folder,
            junit,
            csv,
            jobs,
        } => {
            let junit = junit.unwrap_or_else(|| own("grades.xml"));
            let csv = csv.unwrap_or_else(|| own("grades.csv"));
            let jobs = jobs.map_or_else(marking::most_at_once, usize::from);
            grade_folder(workspace, &folder, &[junit, csv], jobs)
        }
        TeachCommand::Report { name, to } => {
            let to = to.unwrap_or_else(|| own("report.json"));
            report::run(&workshop, name, &to)
        }
        TeachCommand::Class { folder } => class::run(workspace, &folder),
        TeachCommand::Bundle { file, all_kernels } => {
            let to = file.unwrap_or_else(|| own(bundle::FILE));
            bundle::run(workspace, &to, all_kernels)
        }
    }
}

fn grade_folder(
    workspace: &Path,
    folder: &Path,
    [junit, csv]: &[PathBuf; 2],
    jobs: usize,
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
    let begin = Instant::now();
    let line = progress::start(format!("compiling {count} programs"));
    let compiled = compile::all(workspace, &found.submissions)?;
    let compiling = begin.elapsed();
    line.say("making the machine");
    let begin = Instant::now();
    let mut done = 0;
    let grades = marking::all(workspace, &found, &compiled, jobs, |grade| {
        done += 1;
        line.say(format!("graded {done} of {count}"));
        if !io::stderr().is_terminal() {
            errln!("{}", one_line(grade, done, count));
        }
    })?;
    drop(line);
    let grading = begin.elapsed();
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

fn one_line(grade: &Grade, done: usize, count: usize) -> String {
    let student = harmless(&grade.student);
    let number = grade.number;
    let result = grade.result();
    format!("{done}/{count} {student} {number}: {result}")
}

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
