//! Plays all lessons, side by side.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};
use tr::tr;

use super::machines::open;
use crate::course::{Chapter, LessonFile};
use crate::exit_code::{self, DIFFERS, ENVIRONMENT};
use crate::lesson::Versions;
use crate::machine::kernel::{self, Kernel};
use crate::machines::Machines;
use crate::needed_kernel::{self, NeededKernel, TooOld};
use crate::verify::unproved::unproved;
use crate::verify::{Run, report, side_by_side};
use crate::{course, outln, progress};

/// Plays every chapter, many at once. Prints a row for each, with its
/// differences above the row.
pub(super) fn whole_course(workspace: &Path) -> Result<u8> {
    let begin = Instant::now();
    let files = chapters(workspace)?;
    let machines = open(workspace, None)?;
    let mut tally = play_all(&machines, &files, "");
    let verdict = match (tally.worst, tally.too_old.is_empty()) {
        (0, true) => tr!("The course is as in the book"),
        (0, false) => tr!("The course was NOT PLAYED as a whole"),
        _ => tr!("The course is not as in the book"),
    };
    for refusal in &tally.too_old {
        outln!("\n{refusal}");
        tally.worst = tally.worst.max(ENVIRONMENT);
    }
    let how_much = tr!(
        "{lessons} lessons, {commands} commands, {time} s (build {build})",
        lessons = files.len() - tally.too_old.len(),
        commands = tally.commands,
        time = format_args!("{:.1}", begin.elapsed().as_secs_f64()),
        build = format_args!("{:.1}", machines.build_time.as_secs_f64())
    );
    outln!("\n{verdict}: {how_much}");
    Ok(tally.worst)
}

/// Results of many lessons.
#[derive(Default)]
struct Outcomes {
    /// Highest exit code among the lessons that were played.
    worst: u8,
    /// Refusals of lessons for which the kernel is too old.
    too_old: Vec<TooOld>,
    commands: usize,
    /// Kernel of the machines.
    kernel: Option<Versions>,
}

/// Plays all lessons and prints a row for each. Goes on after a failure.
fn play_all(
    machines: &Machines,
    files: &[LessonFile],
    label: &str,
) -> Outcomes {
    let progress = progress::start(tr!("playing the lessons"));
    let mut tally = Outcomes::default();
    side_by_side::play(machines, files, |file, result| {
        let code = match result {
            Ok(run) => {
                progress.print(&report::row(label, file, &run));
                tally.commands += run.commands();
                tally.kernel = Some(run.versions.of_the_kernel_alone());
                code_of(run)
            }
            Err(error) => match error.downcast::<TooOld>() {
                Ok(refusal) => {
                    let why = refusal.in_short();
                    progress.print(&format!("{label}{}\n", why));
                    tally.too_old.push(refusal);
                    0
                }
                Err(failure) => {
                    let name = file.name();
                    progress.print(&format!("{label}{name}: {failure}\n"));
                    exit_code::of(&failure)
                }
            },
        };
        tally.worst = tally.worst.max(code);
    });
    tally
}

/// Returns the exit code of a lesson that was played.
fn code_of(run: Run<'_>) -> u8 {
    if run.as_in_the_book() {
        return 0;
    }
    let interruption = run.interruption;
    interruption.map_or(DIFFERS, |why| exit_code::of(&why.into()))
}

fn chapters(workspace: &Path) -> Result<Vec<LessonFile>> {
    let chapters = course::chapters(workspace)?;
    chapters.iter().map(Chapter::read).collect()
}

/// Prints the number of each chapter for which the kernel is too old, and the
/// reason: the tests of such a chapter prove nothing here.
pub(super) fn left_out(workspace: &Path) -> Result<u8> {
    for file in chapters(workspace)? {
        let number = file.number.unwrap_or_default();
        match needed_kernel::find(file.needed_kernel().as_ref()) {
            Ok(_) => {}
            Err(error) => {
                let refusal = error.downcast::<TooOld>()?;
                outln!("{number} {}", refusal.in_short());
            }
        }
    }
    Ok(0)
}

/// Plays every lesson on every fetched kernel, then reports version marks that
/// make no difference.
pub(super) fn kernels(workspace: &Path, file: Option<&Path>) -> Result<u8> {
    let files = match file {
        Some(file) => vec![LessonFile::of_argument(file)?],
        None => chapters(workspace)?,
    };
    let fetched = kernel::fetched()?;
    if fetched.is_empty() {
        bail!("no kernel has been fetched yet: just setup brings one");
    }
    let mut worst = 0;
    let mut played = Vec::new();
    for kernel in fetched {
        let label = format!("{}: ", kernel.folder());
        let machines = Machines::open_with(workspace, kernel.clone())?;
        let tally = play_all(&machines, &files, &label);
        played.extend(tally.kernel.map(|versions| (kernel, versions)));
        worst = worst.max(tally.worst);
    }
    for file in &files {
        worst = worst.max(judge(file, &played)?);
    }
    Ok(worst)
}

/// Reports what the plays on these kernels do not prove of a lesson. Returns the
/// exit code.
fn judge(file: &LessonFile, played: &[(Kernel, Versions)]) -> Result<u8> {
    let needed = file.needed_kernel();
    let can_play =
        |kernel| needed_kernel::check(needed.as_ref(), kernel).is_ok();
    let on = played.iter().filter(|(kernel, _)| can_play(kernel));
    let versions: Vec<_> = on.map(|(_, versions)| *versions).collect();
    if versions.is_empty() {
        outln!("{} was played on NO kernel", file.name());
        return Ok(ENVIRONMENT);
    }
    let marks = unproved(file, &versions)?;
    // The kernel with which a mark begins to matter may be in no suite any more.
    let (rare, wrong): (Vec<_>, Vec<_>) = marks.iter().partition(|mark| {
        let shows =
            |needed: &NeededKernel| mark.would_show_on(needed.since, &versions);
        needed.as_ref().is_some_and(shows)
    });
    rare.iter().for_each(|mark| outln!("NOT PROVED: {mark}"));
    wrong.iter().for_each(|mark| outln!("{mark}"));
    Ok(if wrong.is_empty() { 0 } else { DIFFERS })
}
