//! Whether the exercises are right themselves: every starter fails where it
//! is meant to, every solution passes, twice, every wrong answer is told what
//! its author wrote for it, and what a solution printed once is worth nothing.
//!
//! # Layout
//!
//! * [`files`]: what can be seen without a machine
//! * [`programs`]: all programs, built with one cargo
//! * [`examine`]: what takes a machine
//! * here: all exercises, on all kernels

pub mod examine;
pub mod files;
pub mod programs;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::catalogue::{self, Entry, Number};
use crate::exit_code::DIFFERS;
use crate::machine::kernel::{self, Kernel};
use crate::machines::Machines;
use crate::outln;
use crate::progress;
use programs::Programs;

/// Machines that run at the same time. More are not faster where two
/// processors are shared, and each takes its memory.
const MACHINES: usize = 2;

/// Something that is wrong with an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The exercise.
    pub number: Number,
    /// Its file, or what else it is about.
    pub file: String,
    /// What.
    pub what: String,
}

/// What came of checking one exercise on one kernel.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The exercise.
    pub number: Number,
    /// Its title.
    pub title: String,
    /// The kernel's release.
    pub kernel: String,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// How many times a program or an answer was graded.
    pub graded: usize,
    /// How long that took.
    pub took: Duration,
}

/// Checks one exercise, or all, and tells; gives the exit code.
pub fn run(
    workspace: &Path,
    number: Option<Number>,
    every_kernel: bool,
) -> Result<u8> {
    let entries = match number {
        Some(number) => vec![catalogue::find(workspace, number)?],
        None => catalogue::all(workspace)?,
    };
    let kernels = if every_kernel {
        let fetched = kernel::fetched()?;
        let some = !fetched.is_empty();
        ensure!(
            some,
            "no kernel has been fetched yet: just setup brings one"
        );
        fetched
    } else {
        vec![kernel::find()?]
    };
    let begin = Instant::now();
    let all = check(workspace, &entries, &kernels, tell)?;
    let problems: usize = all.iter().map(|it| it.problems.len()).sum();
    let graded: usize = all.iter().map(|it| it.graded).sum();
    outln!(
        "\n{}, {}, {} in {:.0} s: {}",
        count(entries.len(), "exercise"),
        count(kernels.len(), "kernel"),
        count(graded, "grading"),
        begin.elapsed().as_secs_f64(),
        match problems {
            0 => "all is as it should be".to_owned(),
            many => count(many, "problem"),
        }
    );
    Ok(if problems == 0 { 0 } else { DIFFERS })
}

fn count(number: usize, thing: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{end}")
}

fn tell(checked: &Checked) {
    let Checked {
        number,
        title,
        kernel,
        problems,
        graded,
        took,
    } = checked;
    let sign = if problems.is_empty() { "✓" } else { "✗" };
    let times = took.as_secs_f64();
    outln!("{sign} {number:<4} {title}");
    outln!("       {graded} gradings on Linux {kernel} in {times:.1} s");
    for problem in problems {
        outln!("  {number} {}: {}", problem.file, problem.what);
    }
}

/// Checks these exercises on these kernels; tells of each as it is done.
pub fn check(
    workspace: &Path,
    entries: &[Entry],
    kernels: &[Kernel],
    tell: impl Fn(&Checked) + Sync,
) -> Result<Vec<Checked>> {
    let line = progress::start("building all programs of the exercises");
    let programs = Programs::build(workspace, entries)?;
    drop(line);
    let mut all = Vec::new();
    for (index, kernel) in kernels.iter().enumerate() {
        let machines = Machines::open_with(workspace, kernel.clone())?;
        let examine = |entry: &Entry, machines: &mut Machines| {
            let mut checked = examine::check(entry, &programs, machines)?;
            // What is seen in the files is the same on every kernel.
            if index == 0 {
                checked.problems.extend(files::check(workspace, entry)?);
            }
            tell(&checked);
            Ok(checked)
        };
        all.extend(side_by_side(&machines, entries, examine)?);
    }
    Ok(all)
}

/// Some machines, and a list of exercises of which each takes the next.
pub fn side_by_side<T: Send>(
    machines: &Machines,
    entries: &[Entry],
    examine: impl Fn(&Entry, &mut Machines) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Vec::new());
    let work = || {
        let mut machines = machines.clone();
        while let Some(entry) = entries.get(next.fetch_add(1, Ordering::SeqCst))
        {
            let checked = examine(entry, &mut machines)?;
            all.lock().map_err(|_| Panicked)?.push(checked);
        }
        anyhow::Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..MACHINES).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            worker.join().map_err(|_| Panicked)??;
        }
        anyhow::Ok(())
    })?;
    Ok(all.into_inner().map_err(|_| Panicked)?)
}

#[derive(Debug, thiserror::Error)]
#[error("a thread panicked")]
struct Panicked;
