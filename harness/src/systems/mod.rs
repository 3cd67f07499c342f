//! The course on many systems: every lesson and the solution of every exercise,
//! on each combination of fetched kernels, userlands and QEMUs.
//!
//! # Layout, in the order of a run
//!
//! * [`command`]: the subcommands
//! * [`fetched`]: the parts in the cache, whole or broken
//! * [`chosen`]: the combinations to play
//! * [`outcome`]: the result of a system
//! * [`player`]: plays one system, in a process of its own
//! * `process`: starts that process and reads its results
//! * `side_by_side`: all systems, as many at the same time as there are cores
//! * `share`: a part of the systems, played on one of several computers
//! * here: the plan, the order of all this, and the exit code
//! * [`table`]: the table of all results on the screen
//! * [`known`]: whether a difference comes from outside
//! * `marks`: the lines of the lessons that differ between systems
//! * [`page`]: the page of the book
//!
//! **Architecture invariant:** a system that could not be tried is named with
//! the reason. It counts neither as passed nor as one that differs.

pub mod chosen;
pub mod command;
pub mod fetched;
pub mod known;
mod marks;
pub mod outcome;
pub mod page;
pub mod player;
mod process;
mod share;
mod side_by_side;
pub mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::exercise::self_check::programs::Programs;
use crate::exercise::show::link;
use crate::exercise::{Workshop, catalogue};
use crate::machine::kernel;
use crate::machine::saved::Saved;
use crate::shares::course_digest;
use crate::shares::merge::{NotWhole, merge};
use crate::shares::partition::Partition;
use crate::shares::share::SharedWork;
use crate::{binaries, course, out, outln, progress};
use chosen::{System, Wanted};
use fetched::Fetched;
use known::Known;
use outcome::{BootTimes, Outcome, Plan};
use page::Page;
use share::SharedMatrix;

/// The page that is written.
const PAGE: &str = "docs/src/systems.md";

/// Number of boots and clones in a measurement.
const ROUNDS: usize = 5;

/// Plays the chosen systems and prints the results, and writes the page if
/// asked to. Returns the exit code.
pub fn run(workspace: &Path, wanted: &Wanted) -> Result<u8> {
    let begin = Instant::now();
    if !wanted.merge.is_empty() {
        return put_together(workspace, wanted);
    }
    let systems = chosen::systems(&Fetched::read(&kernel::cache()?), wanted)?;
    let lesson = wanted.lesson.as_deref();
    let plan = match lesson {
        Some(_) => Plan::one_lesson(),
        None => plan(workspace)?,
    };
    build(workspace)?;
    if let Some(partition) = wanted.partition {
        return play_a_part(workspace, wanted, &plan, systems, partition);
    }
    let outcomes = play(&plan, &systems, lesson)?;
    let times = if wanted.write {
        measure(&outcomes)
    } else {
        Vec::new()
    };
    print(&plan, &outcomes, begin.elapsed());
    let code = verdict(workspace, &plan, &outcomes, wanted.outside_warns);
    if wanted.write {
        write(workspace, &plan, &outcomes, times)?;
    }
    Ok(code)
}

/// Plays systems. Machines that other commands have saved stay.
fn play(
    plan: &Plan,
    systems: &[System],
    lesson: Option<&Path>,
) -> Result<Vec<Outcome>> {
    let saved = Saved::new(&kernel::cache()?);
    let before = saved.names();
    let outcomes = side_by_side::play(plan, systems, lesson);
    saved.keep_as_many_as_ever(&before);
    Ok(outcomes)
}

fn print(plan: &Plan, outcomes: &[Outcome], took: Duration) {
    outln!("\n{}", table::text(plan, outcomes));
    outln!("{}", table::summary(outcomes, took));
}

/// Plays a part of the systems, prints its table and writes the share. Returns
/// 0 whatever differs: the verdict is that of [`put_together`].
fn play_a_part(
    workspace: &Path,
    wanted: &Wanted,
    plan: &Plan,
    systems: Vec<System>,
    partition: Partition,
) -> Result<u8> {
    let begin = Instant::now();
    let work = SharedMatrix::of(workspace, plan, &systems)?;
    let all = systems.len();
    let own = partition.own(&work.costs());
    let own: Vec<_> = own.into_iter().map(|it| systems[it].clone()).collect();
    let outcomes = play(plan, &own, wanted.lesson.as_deref())?;
    print(plan, &outcomes, begin.elapsed());
    let name = || {
        Workshop::new(workspace)
            .folder()
            .join(partition.file("matrix"))
    };
    let to = wanted.to.clone().unwrap_or_else(name);
    work.share(workspace, partition, &outcomes)?.write(&to)?;
    outln!("\nShare {partition}: {} of {all} systems", own.len());
    outln!(
        "  Share      {}   (just matrix --merge all of them)",
        link(&to)
    );
    Ok(outcome::code_of_a_part(plan, &outcomes))
}

/// Puts shares together, and prints the results like those of a whole matrix.
/// Returns the exit code.
fn put_together(workspace: &Path, wanted: &Wanted) -> Result<u8> {
    let course = course_digest::of(workspace)?;
    let whole = merge::<SharedMatrix>(&course, &wanted.merge)?;
    let plan = whole.work.plan();
    let mut outcomes = whole.work.outcomes(whole.done);
    if wanted.write {
        must_have_the_same_tools(&outcomes)?;
        let fetched = Fetched::read(&kernel::cache()?);
        for outcome in &mut outcomes {
            outcome.system = chosen::here(&fetched, &outcome.system);
        }
    }
    for outcome in &outcomes {
        out!("{}", table::row(&plan, outcome));
    }
    let took = outcomes.iter().map(|it| it.took);
    let took = took.fold(Duration::ZERO, Duration::saturating_add);
    print(&plan, &outcomes, took);
    outln!(
        "\nfrom {} shares; the time is the sum of all systems'",
        whole.parts
    );
    let code = verdict(workspace, &plan, &outcomes, wanted.outside_warns);
    if wanted.write {
        // The times of one page are those of one computer.
        let times = measure(&outcomes);
        write(workspace, &plan, &outcomes, times)?;
    }
    Ok(code)
}

/// Refuses results that are not of one userland under each name: `own` is
/// another one on another distribution.
fn must_have_the_same_tools(outcomes: &[Outcome]) -> Result<(), NotWhole> {
    let named = |outcome: &Outcome| {
        let tools = &outcome.versions.as_ref()?.tools;
        Some((outcome.system.userland.name.clone(), tools.clone()))
    };
    let mut first = BTreeMap::new();
    let mut wrong = Vec::new();
    for (name, tools) in outcomes.iter().filter_map(named) {
        let known = first.entry(name.clone()).or_insert(tools.clone());
        let differs = known.iter().zip(&tools).find(|(a, b)| a != b);
        if let Some(((tool, one), (_, other))) = differs {
            wrong.push(format!(
                "the userland {name} has {tool} {one} in one system and \
                 {other} in another: the page is about one"
            ));
        }
    }
    wrong.dedup();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(NotWhole {
        wrong,
        ..NotWhole::default()
    })
}

/// Says of each system with a difference whether that may come from outside.
/// Returns the exit code.
fn verdict(
    workspace: &Path,
    plan: &Plan,
    outcomes: &[Outcome],
    outside_warns: bool,
) -> u8 {
    let known = Known::read(&workspace.join(PAGE));
    let mut counted = Vec::new();
    for outcome in outcomes {
        let tried = outcome.versions.is_some();
        if tried && !outcome.passed(plan) {
            outln!("{}", known.blame(outcome));
            if outside_warns && !known.news(outcome).is_empty() {
                outln!("WARNING: not counted, neither as passed nor as failed");
                continue;
            }
        }
        counted.push(outcome);
    }
    outcome::exit_code(plan, counted)
}

/// Lists the lessons and exercises that every system plays.
fn plan(workspace: &Path) -> Result<Plan> {
    let chapters = course::chapters(workspace)?;
    let exercises = catalogue::all(workspace)?;
    Ok(Plan {
        lessons: chapters.iter().map(|it| it.number).collect(),
        exercises: exercises.iter().map(|it| it.number).collect(),
    })
}

/// Builds all programs once, so that the processes of the systems find them
/// built.
fn build(workspace: &Path) -> Result<()> {
    let _progress = progress::start("building the programs");
    binaries::build(workspace)?;
    Programs::solutions(workspace, &catalogue::all(workspace)?)?;
    Ok(())
}

/// Boots and clones a machine on each QEMU, one QEMU after the other. No other
/// process of ours runs meanwhile.
fn measure(outcomes: &[Outcome]) -> Vec<BootTimes> {
    let mut measured: Vec<&str> = Vec::new();
    let mut times = Vec::new();
    // The newest kernel is last.
    for outcome in outcomes.iter().rev() {
        let qemu = outcome.system.qemu.name.as_str();
        let tried = outcome.versions.is_some() && !outcome.system.is_page();
        if !tried || measured.contains(&qemu) {
            continue;
        }
        measured.push(qemu);
        let _progress = progress::start(format!(
            "booting and cloning a machine {ROUNDS} times, {}",
            outcome.system
        ));
        times.push(process::measure(&outcome.system, ROUNDS));
    }
    times.reverse();
    times
}

/// Writes the page about QEMU's systems. docs/src/machines.md is about the
/// machine of the page.
fn write(
    workspace: &Path,
    plan: &Plan,
    outcomes: &[Outcome],
    times: Vec<BootTimes>,
) -> Result<()> {
    let of_qemu = outcomes.iter().filter(|it| !it.system.is_page());
    let outcomes: Vec<Outcome> = of_qemu.cloned().collect();
    let page = Page {
        date: page::today(),
        computer: page::computer(),
        plan,
        outcomes: &outcomes,
        marks: marks::all(workspace)?,
        times,
    };
    let path = workspace.join(PAGE);
    fs::write(&path, page::text(&page))
        .with_context(|| path.display().to_string())?;
    outln!("{PAGE} is written");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::outcome::tests::{not_tried, outcome};
    use super::*;

    #[test]
    fn a_page_is_about_one_userland_under_each_name() {
        let mut outcomes = [
            outcome("6.1", &[]),
            not_tried("6.2", "why"),
            outcome("7.3", &[]),
        ];
        assert_eq!(must_have_the_same_tools(&outcomes), Ok(()));
        let versions = outcomes[2].versions.as_mut().unwrap();
        versions.tools[0].1 = "5.3.15".into();
        let wrong = must_have_the_same_tools(&outcomes).unwrap_err().wrong;
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].contains("bash 5.2.15"), "{wrong:?}");
        assert!(wrong[0].contains("5.3.15 in another"), "{wrong:?}");
    }
}
