//! Plays one system, in a process whose environment names the system's parts:
//! every lesson and the solution of every exercise. Each result is a line of
//! JSON on standard output.
//!
//! A solution is graded once, as a learner's program would be. Starters and
//! wrong answers are left to `just check --kernels`, which takes five times as
//! long.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use regex::Regex;

use super::outcome::{Cell, Message, Versions};
use crate::bench;
use crate::course::{self, Chapter, LessonFile};
use crate::exercise::catalogue::{self, Entry};
use crate::exercise::definition::Kind;
use crate::exercise::self_check::programs::Programs;
use crate::exercise::self_check::{self, examine};
use crate::machine::emulator::Emulator;
use crate::machine::kernel::cache;
use crate::machine::{Failure, Machine, page};
use crate::machines::Machines;
use crate::machines::PARTS_OF_THE_PAGE as PARTS;
use crate::needed_kernel::TooOld;
use crate::outln;
use crate::session::Interruption;
use crate::verify::{Run, side_by_side};

/// The hidden subcommand.
pub const SUBCOMMAND: &str = "play-system";

/// Orders for a system's process.
#[derive(Args, Clone, Debug, Default)]
pub struct Orders {
    /// Play only this lesson
    #[arg(long, value_name = "FILE")]
    pub lesson: Option<PathBuf>,
    /// Play nothing: boot and clone a machine this many times, and report the
    /// times
    #[arg(long, value_name = "ROUNDS")]
    pub times: Option<usize>,
}

/// Packages, each with a command that prints its version in the machine.
const TOOLS: [(&str, &[&str]); 6] = [
    ("util-linux", &["/usr/bin/unshare", "--version"]),
    ("busybox", &["/bin/busybox"]),
    ("iproute2", &["/usr/bin/ip", "-V"]),
    ("bash", &["/usr/bin/bash", "--version"]),
    ("procps", &["/usr/bin/ps", "--version"]),
    ("coreutils", &["/usr/bin/ls", "--version"]),
];

/// Returns the names of the packages whose versions a machine reports.
pub fn packages() -> impl Iterator<Item = &'static str> {
    TOOLS.iter().map(|(name, _)| *name)
}

/// Time limit for a program that prints its version.
const SAYS: Duration = Duration::from_secs(30);

/// Carries out the orders and returns the exit code. An error concerns the
/// whole system.
pub fn run(workspace: &Path, orders: &Orders) -> Result<u8> {
    let mut machines = Machines::open(workspace)?;
    match orders.times {
        Some(rounds) => {
            let rows = bench::boot_and_clone(&mut machines, rounds)?;
            say(&Message::Times(rows))
        }
        None => play(workspace, &mut machines, orders.lesson.as_deref()),
    }?;
    Ok(0)
}

fn say(said: &Message) -> Result<()> {
    outln!("{}", serde_json::to_string(said)?);
    Ok(())
}

fn play(
    workspace: &Path,
    machines: &mut Machines,
    lesson: Option<&Path>,
) -> Result<()> {
    say(&Message::Versions(versions(machines)?))?;
    if let Some(lesson) = lesson {
        return lessons(machines, &[LessonFile::of_argument(lesson)?]);
    }
    let chapters = course::chapters(workspace)?;
    let chapters = chapters.iter().map(Chapter::read);
    lessons(machines, &chapters.collect::<Result<Vec<_>>>()?)?;
    exercises(workspace, machines)
}

fn versions(machines: &mut Machines) -> Result<Versions> {
    let mut machine = machines.machine()?;
    let tools = TOOLS.iter().map(|(name, argv)| {
        let version = version(&mut machine, argv)
            .with_context(|| format!("the machine's {name}"))?;
        Ok(((*name).to_owned(), version))
    });
    let tools = tools.collect::<Result<_>>()?;
    Ok(Versions {
        kernel: machine.kernel().to_owned(),
        qemu: match machines.page() {
            Some(_) => {
                let parts = cache()?.join(PARTS);
                page::emulator_version(&parts.join("emulator"))?
            }
            None => number_in(&Emulator::find()?.version()?)
                .context("QEMU says no version")?,
        },
        tools,
    })
}

/// Returns the version in the first line that a program prints.
fn version(machine: &mut Machine, argv: &[&str]) -> Result<String> {
    let output = machine.exec(argv, b"", SAYS)?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let first = said.lines().next().unwrap_or_default();
    number_in(first).with_context(|| format!("{argv:?} says {first:?}"))
}

/// Returns the first number with a dot in it: `6.1.0` for `iproute2-6.1.0`.
fn number_in(line: &str) -> Option<String> {
    let number = Regex::new(r"[0-9]+(\.[0-9]+)+").ok()?;
    number.find(line).map(|found| found.as_str().to_owned())
}

fn lessons(machines: &Machines, files: &[LessonFile]) -> Result<()> {
    let mut said = Ok(());
    side_by_side::play(machines, files, |file, result| {
        let cell = lesson(file, result);
        let number = file.number.unwrap_or_default();
        let now = say(&Message::Lesson(number, cell));
        if said.is_ok() {
            said = now;
        }
    });
    said
}

/// Returns the result of a lesson, with its first difference.
fn lesson(file: &LessonFile, result: Result<Run<'_>>) -> Cell {
    let run = match result {
        Ok(run) => run,
        Err(error) => return not_played(error),
    };
    if run.as_in_the_book() {
        return Cell::Same;
    }
    let mut steps = run.steps.iter();
    if let Some(first) = steps.find_map(|step| step.differences().next()) {
        return Cell::Differs(first.to_string());
    }
    match &run.interruption {
        Some(Interruption::Machine(failure)) => {
            Cell::Broken(failure.to_string())
        }
        Some(interruption) => {
            let path = file.path.display();
            Cell::Differs(format!("{path}: {interruption}\n"))
        }
        None => Cell::Differs("a snapshot belongs to no step\n".to_owned()),
    }
}

/// Returns the cell of a lesson for which there was no machine.
fn not_played(error: anyhow::Error) -> Cell {
    match error.downcast::<TooOld>() {
        Ok(refusal) => Cell::NotPlayed(refusal.in_short()),
        Err(failure) => Cell::Broken(failure.to_string()),
    }
}

fn exercises(workspace: &Path, machines: &Machines) -> Result<()> {
    let entries = catalogue::all(workspace)?;
    let programs = if machines.page().is_some() {
        Programs::none()
    } else {
        Programs::solutions(workspace, &entries)?
    };
    let grade = |entry: &Entry, machines: &mut Machines| {
        let cell = exercise(entry, &programs, machines)?;
        let number = entry.number;
        say(&Message::Exercise(number.chapter, number.own, cell))
    };
    self_check::side_by_side(machines, &entries, grade)?;
    Ok(())
}

fn exercise(
    entry: &Entry,
    programs: &Programs,
    machines: &mut Machines,
) -> Result<Cell> {
    let needed = entry.needed_kernel()?;
    if let Err(why) = machines.can_play(needed.as_ref()) {
        return Ok(Cell::NotPlayed(why.in_short()));
    }
    if machines.page().is_some() && entry.exercise.kind != Kind::Find {
        return Ok(Cell::NotPlayed(format!(
            "Exercise {}: a program for 64 bits, which the page does not run",
            entry.number
        )));
    }
    match examine::accepts(entry, programs, machines) {
        Ok(checked) => Ok(match checked.problems.first() {
            None => Cell::Same,
            Some(problem) => Cell::Differs(format!(
                "exercise {} {}: {}\n",
                entry.number, problem.file, problem.what
            )),
        }),
        // The failure ends this machine only; the next exercise gets another.
        Err(error) if error.downcast_ref::<Failure>().is_some() => {
            Ok(Cell::Broken(format!("{error:#}")))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_in_the_words_of_every_tool() {
        for (line, version) in [
            ("unshare from util-linux 2.38.1", "2.38.1"),
            (
                "BusyBox v1.35.0 (Debian 1:1.35.0-4+b7) multi-call",
                "1.35.0",
            ),
            ("ip utility, iproute2-6.1.0, libbpf 1.1.0", "6.1.0"),
            ("ip utility, iproute2-7.3.0", "7.3.0"),
            ("GNU bash, version 5.2.15(1)-release (x86_64-pc)", "5.2.15"),
            ("ps from procps-ng 4.0.2", "4.0.2"),
            ("ls (GNU coreutils) 9.1", "9.1"),
            ("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg)", "7.2.22"),
        ] {
            assert_eq!(number_in(line).as_deref(), Some(version), "{line}");
        }
        assert_eq!(number_in("iproute2 without one"), None);
    }
}
