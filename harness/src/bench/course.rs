//! The chapters, played straight through as a reader plays them.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::page::{Goal, Section};
use super::rounds::{self, Contender, Times, say};
use crate::{binaries, course};

/// A row's name: one command for each chapter, one after the other.
const CHAPTERS: &str = "all of them, one after the other";
/// A row's name: one command that plays as many lessons at once as there are
/// cores.
const COURSE: &str = "`just course`: all of them, side by side";

/// A row's name: a lesson with much output, each line of it a separate write.
const LINES: &str = "a lesson that prints 1 MB in lines";
const LINES_FILE: &str = "harness/benches/lines/README.md";

/// Times each chapter in a fresh machine with one command each, then all
/// chapters with one command.
pub(super) fn measure(workspace: &Path, rounds: usize) -> Result<Section> {
    say("The course");
    let chapters = course::chapters(workspace)?;
    let numbers: Vec<u32> = chapters.iter().map(|it| it.number).collect();
    let chapters = Contender::ours(CHAPTERS, || play_each(workspace, &numbers));
    let course = Contender::ours(COURSE, || {
        Ok(vec![(COURSE.into(), run(workspace, &["course"])?)])
    });
    let lines = Contender::ours(LINES, || {
        let lesson = ["lesson", LINES_FILE, "--auto"];
        Ok(vec![(LINES.into(), run(workspace, &lesson)?)])
    });
    let all = &mut [chapters, course, lines];
    let rows = rounds::run(all, rounds, say)?;
    Ok(Section {
        title: "The course".into(),
        about: "`just chapter N --auto` and `just course`, with everything \
            built, timed from the start of the command to its end: cargo looks \
            for changes, a machine is cloned for each lesson, the lesson is \
            played and compared."
            .into(),
        rounds,
        base: CHAPTERS.into(),
        goals: vec![
            Goal::seconds(&rows, &name(3), 1.5),
            Goal::seconds(&rows, COURSE, 10.0),
        ],
        rows,
    })
}

fn name(chapter: u32) -> String {
    format!("chapter {chapter}")
}

fn play_each(workspace: &Path, numbers: &[u32]) -> Result<Times> {
    let begin = Instant::now();
    let mut times = Times::new();
    for number in numbers {
        let chapter = ["chapter", &number.to_string(), "--auto"];
        times.push((name(*number), run(workspace, &chapter)?));
    }
    times.push((CHAPTERS.into(), begin.elapsed().as_secs_f64()));
    Ok(times)
}

/// Runs the same command as the justfile's recipe, and returns its seconds.
pub(super) fn run(workspace: &Path, arguments: &[&str]) -> Result<f64> {
    let begin = Instant::now();
    let mut command = Command::new(binaries::cargo());
    command.current_dir(workspace);
    command.args(["run", "--quiet", "--package", "harness", "--"]);
    let output = command.args(arguments).stdin(Stdio::null()).output();
    let output = output.context("exec(cargo)")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let last = said.trim().lines().last().unwrap_or("without a word");
    ensure!(output.status.success(), "{last}");
    Ok(begin.elapsed().as_secs_f64())
}
