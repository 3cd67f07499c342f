//! Plays all lessons, side by side.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};

use super::machines::open;
use crate::exit_code::{self, DIFFERS};
use crate::lesson::Versions;
use crate::machine::kernel;
use crate::machines::Machines;
use crate::verify::unproved::unproved;
use crate::verify::{Subject, report, side_by_side};
use crate::{course, outln, progress};

/// Plays every chapter, many at once. Prints a row for each, with its
/// differences above the row.
pub(super) fn whole_course(workspace: &Path) -> Result<u8> {
    let begin = Instant::now();
    let subjects = chapters(workspace)?;
    let machines = open(workspace)?;
    let tally = play_all(&machines, &subjects, "");
    outln!(
        "\nThe course {}: {} lessons, {} commands, {:.1} s (build {:.1})",
        match tally.worst {
            0 => "is as in the book",
            _ => "is not as in the book",
        },
        subjects.len(),
        tally.commands,
        begin.elapsed().as_secs_f64(),
        machines.build_time.as_secs_f64(),
    );
    Ok(tally.worst)
}

/// Results of many lessons.
#[derive(Default)]
struct Tally {
    /// Highest exit code of all lessons.
    worst: u8,
    commands: usize,
    /// Kernel that the lessons were played on.
    kernel: Option<Versions>,
}

/// Plays all lessons and prints a row for each. Goes on after a failure.
fn play_all(machines: &Machines, subjects: &[Subject], label: &str) -> Tally {
    let progress = progress::start("playing the lessons");
    let mut tally = Tally::default();
    side_by_side::run(machines, subjects, |subject, result| {
        let code = match result {
            Ok(run) => {
                progress.print(&report::row(label, subject, &run));
                tally.commands += run.commands();
                tally.kernel = Some(run.versions.of_the_kernel_alone());
                match run.as_in_the_book() {
                    true => 0,
                    false => run.interruption.map_or(DIFFERS, |interruption| {
                        exit_code::of(&interruption.into())
                    }),
                }
            }
            Err(failure) => {
                progress
                    .print(&format!("{label}{}: {failure}\n", subject.name));
                exit_code::of(&failure.into())
            }
        };
        tally.worst = tally.worst.max(code);
    });
    tally
}

fn chapters(workspace: &Path) -> Result<Vec<Subject>> {
    let chapters = course::chapters(workspace)?;
    chapters.iter().map(Subject::chapter).collect()
}

/// Plays every lesson on every fetched kernel, then checks that each version
/// mark is needed.
pub(super) fn kernels(workspace: &Path, file: Option<&Path>) -> Result<u8> {
    let subjects = match file {
        Some(file) => vec![Subject::file(file)?],
        None => chapters(workspace)?,
    };
    let fetched = kernel::fetched()?;
    if fetched.is_empty() {
        bail!("no kernel has been fetched yet: just setup brings one");
    }
    let (mut worst, mut versions) = (0, Vec::new());
    for kernel in fetched {
        let label = format!("{}: ", kernel.folder());
        let machines = Machines::open_with(workspace, kernel)?;
        let tally = play_all(&machines, &subjects, &label);
        versions.extend(tally.kernel);
        worst = worst.max(tally.worst);
    }
    for Subject { lesson, source, .. } in &subjects {
        for mark in unproved(lesson, source, &versions)? {
            outln!("{mark}");
            worst = worst.max(DIFFERS);
        }
    }
    Ok(worst)
}
