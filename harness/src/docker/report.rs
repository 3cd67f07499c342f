//! What is printed of the comparison, for a person and in a pipe.

use std::time::Duration;

use crossterm::style::Stylize;

use super::table::Difference;
use super::{Compared, Outcome};
use crate::compare::diff::Line;
use crate::lesson::{Command, Lesson, Step};

/// A step with its commands, what Docker printed, and where we differ.
pub(super) fn step(
    step: &Step,
    commands: &[(&Command, Outcome, Vec<Difference>)],
    colour: bool,
) -> String {
    let same = commands.iter().all(|(.., found)| found.is_empty());
    let mark = if same { "as in docker" } else { "DIFFERENT" };
    let title = format!("{} {}", step.number, step.title);
    let mut text = match (colour, same) {
        (false, _) => format!("\n{title} … {mark}\n"),
        (_, true) => format!("\n{} … {}\n", title.bold(), mark.green()),
        (_, false) => format!("\n{} … {}\n", title.bold(), mark.red().bold()),
    };
    for (command, outcome, differences) in commands {
        for (n, line) in command.input.lines().enumerate() {
            let prompt = if n == 0 { "#" } else { ">" };
            text += &format!("  {prompt} {line}\n");
        }
        for line in outcome.stdout.lines().chain(outcome.stderr.lines()) {
            text += &format!("  {line}\n");
        }
        if outcome.status != 0 {
            text += &format!("  [exit {}]\n", outcome.status);
        }
        for difference in differences {
            text += &difference.render(|line, plain| match line {
                Line::Expected(_) if colour => plain.red().to_string(),
                Line::Got(_) if colour => plain.green().to_string(),
                _ => plain,
            });
        }
    }
    text
}

/// The verdict, and how long it took.
pub(super) fn summary(
    lesson: &Lesson,
    compared: &Compared,
    stale: &[String],
    time: Duration,
) -> String {
    let mut text = String::new();
    for line in stale {
        text += &format!("\n{line}");
    }
    if !stale.is_empty() {
        text.push('\n');
    }
    let verdict = match (compared.differences, stale.len()) {
        (0, 0) => "container is as in docker".to_owned(),
        (0, many) => format!("the table has {many} rows too many"),
        (1, _) => "container differs from docker in 1 place".to_owned(),
        (many, _) => format!("container differs from docker in {many} places"),
    };
    text += &format!(
        "\n{verdict}: {} steps, {} commands, {:.1} s\n",
        lesson.steps.len(),
        compared.commands,
        time.as_secs_f64()
    );
    text
}
