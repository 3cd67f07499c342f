//! The printed report of a comparison, at a terminal and in a pipe.

use std::time::Duration;

use crossterm::style::Stylize;

use super::comparison::{BothPlayed, Comparison};
use super::install::NoDocker;
use super::table::Difference;
use crate::compare::diff::DiffLine;
use crate::lesson::Step;

/// Returns a step: its commands, Docker's output, and the differences.
pub(super) fn step(
    step: &Step,
    commands: &[BothPlayed],
    colour: bool,
) -> String {
    let same = !commands.iter().any(BothPlayed::differs);
    let mark = if same { "as in docker" } else { "DIFFERENT" };
    let title = format!("{} {}", step.number, step.title);
    let mut text = match (colour, same) {
        (false, _) => format!("\n{title} … {mark}\n"),
        (_, true) => format!("\n{} … {}\n", title.bold(), mark.green()),
        (_, false) => format!("\n{} … {}\n", title.bold(), mark.red().bold()),
    };
    for played in commands {
        let outcome = &played.docker;
        text += &typed(&played.command);
        for line in outcome.stdout.lines().chain(outcome.stderr.lines()) {
            text += &format!("  {line}\n");
        }
        if outcome.status != 0 {
            text += &format!("  [exit {}]\n", outcome.status);
        }
        text += &differences(&played.differences, colour);
    }
    text
}

/// Returns a command as a person types it.
fn typed(command: &str) -> String {
    let mut text = String::new();
    for (n, line) in command.lines().enumerate() {
        let prompt = if n == 0 { "#" } else { ">" };
        text += &format!("  {prompt} {line}\n");
    }
    text
}

fn differences(all: &[Difference], colour: bool) -> String {
    let paint = |line: &DiffLine, plain: String| match line {
        DiffLine::Expected(_) if colour => plain.red().to_string(),
        DiffLine::Got(_) if colour => plain.green().to_string(),
        _ => plain,
    };
    all.iter().map(|it| it.render(paint)).collect()
}

/// Returns what two plays of a scenario tell together: commands that differ, and
/// those that Docker has answered in two ways.
pub(super) fn twice(settled: &Comparison) -> String {
    let mut text = String::from("\n");
    for played in settled.differing() {
        text += &format!("{}\n{}", played.step, typed(&played.command));
        text += &differences(&played.differences, false);
    }
    for command in &settled.unsteady {
        text += &format!(
            "NOT PROVED: {} has answered this in two ways, once as container:\n{}",
            settled.docker,
            typed(command)
        );
    }
    text + &format!("Of two plays: {}\n", words(settled))
}

/// Returns the summary of a comparison, with its duration.
pub(super) fn summary(comparison: &Comparison, time: Duration) -> String {
    let mut text = String::new();
    for line in &comparison.stale {
        text += &format!("\n{line}");
    }
    if !comparison.stale.is_empty() {
        text.push('\n');
    }
    if comparison.lost > 0 {
        text += &format!(
            "\nNOT COMPARED: {} outputs that dockerd has lost, and whether \
             rows of the table are too many\n",
            comparison.lost
        );
    }
    text += &format!(
        "\n{}: {} steps, {} commands, {:.1} s\n",
        words(comparison),
        comparison.steps,
        comparison.commands,
        time.as_secs_f64()
    );
    text
}

fn words(comparison: &Comparison) -> String {
    let docker = &comparison.docker;
    match (comparison.differences(), comparison.stale.len()) {
        (0, 0) => format!("container is as in {docker}"),
        (0, many) => format!("the table has {many} rows too many for {docker}"),
        (1, _) => format!("container differs from {docker} in 1 place"),
        (many, _) => {
            format!("container differs from {docker} in {many} places")
        }
    }
}

/// Returns the line of every comparison once more, and the reason why a Docker
/// was not run.
pub(super) fn all(all: &[Comparison], missing: Option<&NoDocker>) -> String {
    let lines = all.iter().map(words);
    let missing = missing.map(|why| format!("NOT RUN: {why}"));
    let lines = lines.chain(missing).map(|line| line + "\n");
    format!("\n{}", lines.collect::<String>())
}
