//! Chapters, as a reader has them played straight through.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::rounds::{self, Contender, Times};
use super::{Goal, Section, say};
use crate::{binaries, course};

const COURSE: &str = "the whole course";

/// Every chapter in a fresh machine, one command each.
pub(super) fn measure(workspace: &Path, rounds: usize) -> Result<Section> {
    say("The course");
    let chapters = course::chapters(workspace)?;
    let numbers: Vec<u32> = chapters.iter().map(|it| it.number).collect();
    let all = Contender::ours(COURSE, || play_all(workspace, &numbers));
    let rows = rounds::run(&mut [all], rounds, say)?;
    Ok(Section {
        title: "The course".into(),
        about: "`just chapter N --auto` with everything built, from the start \
            of the command to its end: cargo looks whether something has \
            changed, a machine is cloned, the lesson is played and compared."
            .into(),
        rounds,
        base: COURSE.into(),
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

fn play_all(workspace: &Path, numbers: &[u32]) -> Result<Times> {
    let begin = Instant::now();
    let mut times = Times::new();
    for number in numbers {
        times.push((name(*number), play(workspace, *number)?));
    }
    times.push((COURSE.into(), begin.elapsed().as_secs_f64()));
    Ok(times)
}

/// What the recipe in the justfile does.
fn play(workspace: &Path, number: u32) -> Result<f64> {
    let begin = Instant::now();
    let mut command = Command::new(binaries::cargo());
    command.current_dir(workspace);
    command.args(["run", "--quiet", "--package", "harness", "--"]);
    command.args(["chapter", &number.to_string(), "--auto"]);
    let output = command.stdin(Stdio::null()).output();
    let output = output.context("exec(cargo)")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let last = said.trim().lines().last().unwrap_or("without a word");
    ensure!(output.status.success(), "{last}");
    Ok(begin.elapsed().as_secs_f64())
}
