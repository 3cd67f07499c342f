//! Checks the exercises themselves: each starter fails at the intended check,
//! each solution passes twice, each wrong answer gets the feedback its author
//! chose, and a program that only repeats a solution's output fails.
//!
//! # Layout
//!
//! * [`files`]: checks that take no machine
//! * [`programs`]: all programs, built with one run of cargo
//! * [`examine`]: checks that take a machine
//! * [`findings`]: the result
//! * here: all exercises, on all kernels

pub mod examine;
pub mod files;
pub mod findings;
pub mod programs;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Result, ensure};

use super::catalogue::{self, Entry, Number};
use crate::exit_code::{DIFFERS, ENVIRONMENT};
use crate::machine::kernel::{self, Kernel};
use crate::machines::Machines;
use crate::needed_kernel::NeededKernel;
use crate::outln;
use crate::progress;
use crate::stages::way::MachineKind;
pub use findings::{Examined, Problem};
use programs::Programs;

/// Number of machines at the same time. More would not be faster on two
/// processors, and each takes memory.
const MACHINES: usize = 2;

/// Checks one exercise, or all, and prints the results. Returns the exit code.
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
        MachineKind::must_be_qemu()?;
        let fetched = kernel::fetched()?;
        let some = !fetched.is_empty();
        ensure!(
            some,
            "no kernel has been fetched yet: just setup brings one"
        );
        fetched
    } else if !MachineKind::is_qemu() {
        Vec::new()
    } else {
        vec![kernel::find()?]
    };
    let begin = Instant::now();
    let all = check(workspace, &entries, &kernels, Examined::print)?;
    let problems: usize = all.iter().map(|it| it.problems.len()).sum();
    let graded: usize = all.iter().map(|it| it.graded).sum();
    let not_run = not_run(&entries, &all)?;
    for needed in &not_run {
        let NeededKernel { by, since } = needed;
        outln!("{by} was NOT RUN: no kernel here is Linux {since} or newer");
    }
    outln!(
        "\n{}, {}, {} in {:.0} s: {}",
        count(entries.len(), "exercise"),
        count(kernels.len().max(1), "kernel"),
        count(graded, "grading"),
        begin.elapsed().as_secs_f64(),
        match problems {
            0 if not_run.is_empty() => "all is as it should be".to_owned(),
            many => count(many, "problem"),
        }
    );
    Ok(match problems {
        0 if not_run.is_empty() => 0,
        0 => ENVIRONMENT,
        _ => DIFFERS,
    })
}

/// Returns the needs of exercises for which all kernels were too old.
fn not_run(
    entries: &[Entry],
    examined: &[Examined],
) -> Result<Vec<NeededKernel>> {
    let was_run =
        |entry: &Entry| examined.iter().any(|it| it.number == entry.number);
    let without = entries.iter().filter(|entry| !was_run(entry));
    let needs = without.map(Entry::needed_kernel);
    Ok(needs
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect())
}

fn count(number: usize, thing: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{end}")
}

/// Checks exercises on each of these kernels that is new enough for them, or on
/// that of the chosen Linux, and passes each result to `tell` at once.
pub fn check(
    workspace: &Path,
    entries: &[Entry],
    kernels: &[Kernel],
    tell: impl Fn(&Examined) + Sync,
) -> Result<Vec<Examined>> {
    let line = progress::start("building all programs of the exercises");
    let programs = Programs::build(workspace, entries)?;
    drop(line);
    if !MachineKind::is_qemu() {
        let machines = Machines::open(workspace)?;
        return check_in(workspace, entries, &machines, &programs, true, &tell);
    }
    let mut all = Vec::new();
    for (index, kernel) in kernels.iter().enumerate() {
        let machines = Machines::open_with(workspace, kernel.clone())?;
        // The files are the same on every kernel; the newest is last.
        let last = index + 1 == kernels.len();
        all.extend(check_in(
            workspace, entries, &machines, &programs, last, &tell,
        )?);
    }
    Ok(all)
}

/// Checks exercises in these machines, and with `files` the exercises' files.
fn check_in(
    workspace: &Path,
    entries: &[Entry],
    machines: &Machines,
    programs: &Programs,
    files: bool,
    tell: &(impl Fn(&Examined) + Sync),
) -> Result<Vec<Examined>> {
    let entries = fit(entries, machines)?;
    let examine = |entry: &Entry, machines: &mut Machines| {
        let mut checked = examine::check(entry, programs, machines)?;
        if files {
            checked.problems.extend(files::check(workspace, entry)?);
        }
        tell(&checked);
        Ok(checked)
    };
    side_by_side(machines, &entries, examine)
}

/// Returns the exercises for which the machines' kernel is new enough.
fn fit(entries: &[Entry], machines: &Machines) -> Result<Vec<Entry>> {
    let mut fit = Vec::new();
    for entry in entries {
        let needed = entry.needed_kernel()?;
        if machines.can_play(needed.as_ref()).is_ok() {
            fit.push(entry.clone());
        }
    }
    Ok(fit)
}

/// Examines exercises in several threads: each takes the next exercise, and
/// starts machines of its own.
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
