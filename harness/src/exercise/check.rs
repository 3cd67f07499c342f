//! `just check 3.1`: the learner's program, or answer, is graded.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use super::build::Built;
use super::catalogue::Entry;
use super::format::Kind;
use super::grade::choose;
use super::grader::{Grader, Report};
use super::observation::Observation;
use super::record::{self, Done};
use super::show::{self, link, wrapped};
use super::verdict::Verdict;
use super::workshop::Workshop;
use super::{assertion, learn};
use crate::exit_code::{DIFFERS, USAGE};
use crate::progress;
use crate::{errln, out, outln};

/// What is counted when a program could not be built.
const DOES_NOT_COMPILE: &str = "does-not-compile";

/// Grades it, says what was seen, and what to do next.
pub fn run(
    workspace: &Path,
    workshop: &Workshop,
    entry: &Entry,
    answer: Option<&str>,
) -> Result<u8> {
    let number = entry.number;
    match (entry.exercise.kind, answer) {
        (Kind::Find, Some(answer)) => find(workspace, workshop, entry, answer),
        (Kind::Find, None) => {
            errln!("What did you find? just check {number} ANSWER");
            Ok(USAGE)
        }
        (_, Some(_)) => {
            errln!("It is a program that is asked for: just check {number}");
            Ok(USAGE)
        }
        (_, None) if !workshop.has_begun(entry) => {
            errln!("You have not begun it yet: just exercise {number}");
            Ok(USAGE)
        }
        (_, None) => program(workspace, workshop, entry),
    }
}

fn program(workspace: &Path, workshop: &Workshop, entry: &Entry) -> Result<u8> {
    outln!("Exercise {}: {}", entry.number, entry.exercise.title);
    if let Err(why) = workshop.read(entry) {
        errln!("{}", workshop.without_program(entry, &why));
        return Ok(DIFFERS);
    }
    // The machine is made while the program is built.
    let mut grader = Grader::new(workspace, &entry.exercise);
    let begin = Instant::now();
    let line = progress::start("building your program");
    let colour = io::stdout().is_terminal();
    let built = workshop.build(entry, colour)?;
    let program = match built {
        Built::Program(program) => program,
        Built::DoesNotCompile(errors) => {
            drop(line);
            return does_not_compile(workshop, entry, &errors);
        }
    };
    let compile = begin.elapsed();
    line.say("making the machine, and running your program in it");
    let report = grader.grade(&program)?;
    drop(line);
    outln!(
        "compile {:.1} s   machine {:.1} s (Linux {})   run {:.1} s",
        compile.as_secs_f64(),
        report.waited.as_secs_f64(),
        report.kernel,
        report.run.as_secs_f64()
    );
    tell(workspace, workshop, entry, &report)
}

fn does_not_compile(
    workshop: &Workshop,
    entry: &Entry,
    errors: &str,
) -> Result<u8> {
    remember_program(workshop, entry, None);
    out!("\n{errors}");
    outln!("It does not compile yet: the compiler says why above.");
    next_steps(workshop, entry);
    Ok(DIFFERS)
}

fn tell(
    workspace: &Path,
    workshop: &Workshop,
    entry: &Entry,
    report: &Report,
) -> Result<u8> {
    let verdict = &report.verdict;
    out!("{}", show::verdict(verdict));
    remember_program(workshop, entry, Some(verdict));
    if verdict.solved() {
        learn::solved_now(workspace, workshop, entry)?;
        return Ok(0);
    }
    next_steps(workshop, entry);
    Ok(DIFFERS)
}

fn next_steps(workshop: &Workshop, entry: &Entry) {
    let number = entry.number;
    let used = workshop.store().read().of(number).hints.min(3);
    outln!("\n  Edit     {}", link(&workshop.source(entry)));
    outln!("  Check    just check {number}");
    outln!("  Stuck?   just hint {number}   ({used} of 3 read)");
}

/// What was found, against what is so in the machine that was explored last.
fn find(
    workspace: &Path,
    workshop: &Workshop,
    entry: &Entry,
    answer: &str,
) -> Result<u8> {
    let number = entry.number;
    let Some(values) = workshop.store().read().of(number).explored else {
        errln!("Look around in the machine first: just explore {number}");
        return Ok(USAGE);
    };
    outln!("Exercise {number}: {}\n", entry.exercise.title);
    let right = values.expand(&entry.exercise.answer)?;
    let normal = assertion::normal_answer;
    if normal(&right) == normal(answer) {
        outln!("  ✓ {}", answer.trim());
        remember(workshop, entry, solve);
        learn::solved_now(workspace, workshop, entry)?;
        return Ok(0);
    }
    outln!("  ✗ {}", show::harmless(answer.trim()));
    let seen = Observation {
        values,
        answer: Some(answer.to_owned()),
        ..Observation::default()
    };
    let said = choose(&entry.exercise, &seen)?;
    if let Some(said) = &said {
        out!("\n{}", wrapped(&said.text, "  "));
    }
    let id = said.and_then(|said| said.id);
    remember(workshop, entry, |done| {
        count(done, id.as_deref().unwrap_or("wrong"));
    });
    outln!("\n  Look     just explore {number}   (a new machine)");
    outln!("  Stuck?   just hint {number}");
    Ok(DIFFERS)
}

/// One more check of a program; without a verdict, it did not compile.
pub fn remember_program(
    workshop: &Workshop,
    entry: &Entry,
    verdict: Option<&Verdict>,
) {
    remember(workshop, entry, |done| match verdict {
        None => count(done, DOES_NOT_COMPILE),
        Some(verdict) if verdict.solved() => solve(done),
        Some(verdict) => {
            let said = verdict.feedback.as_ref();
            let said = said.and_then(|said| said.id.as_deref());
            count(done, said.unwrap_or("machine-lost"));
        }
    });
}

fn solve(done: &mut Done) {
    done.attempts = done.attempts.saturating_add(1);
    done.solved.get_or_insert_with(record::now);
}

fn count(done: &mut Done, feedback: &str) {
    done.attempts = done.attempts.saturating_add(1);
    let times = done.feedback.entry(feedback.to_owned()).or_default();
    *times = times.saturating_add(1);
}

/// How many hints were read, where nothing can be said if it cannot be kept.
pub fn keep(workshop: &Workshop, entry: &Entry, hints: usize) {
    let hints = u32::try_from(hints).unwrap_or(u32::MAX);
    let _ = workshop
        .store()
        .change(entry.number, |done| done.hints = hints);
}

/// What cannot be remembered changes no verdict, and hides no hint.
pub fn remember(
    workshop: &Workshop,
    entry: &Entry,
    change: impl FnOnce(&mut Done),
) {
    if let Err(error) = workshop.store().change(entry.number, change) {
        errln!("Your progress cannot be kept:\n{error:#}");
    }
}
