//! `just class FOLDER`: the reports of a class in two tables.
//!
//! # Layout
//!
//! * `reports`: the reports in the folder
//! * `by_student`, `by_exercise`: the tables
//! * `by_type`: the sentence about predictions

mod by_exercise;
mod by_student;
mod by_type;
mod reports;

use std::path::Path;

use anyhow::Result;

use crate::exercise::catalogue;
use crate::exit_code::{DIFFERS, USAGE};
use crate::{errln, out, outln};
use reports::Reports;

/// Prints the tables. Returns 1 if a file is no report.
pub fn run(workspace: &Path, folder: &Path) -> Result<u8> {
    if !folder.is_dir() {
        errln!("{} is no folder", folder.display());
        return Ok(USAGE);
    }
    let files = reports::files(folder)?;
    if files.is_empty() {
        errln!(
            "There is no JSON file in {}. Learners write one with: just report",
            folder.display()
        );
        return Ok(USAGE);
    }
    let entries = catalogue::all(workspace)?;
    let reports = Reports::read(folder, &files);
    out!("{}", by_student::table(&reports, &entries));
    out!("{}", by_exercise::table(&reports, &entries));
    out!("{}", by_type::sentence(&reports));
    for line in &reports.not_understood {
        outln!("{line}");
    }
    let all_understood = reports.not_understood.is_empty();
    Ok(if all_understood { 0 } else { DIFFERS })
}
