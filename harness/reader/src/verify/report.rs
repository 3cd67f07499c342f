//! What is printed of a run, for a person and in a pipe.

use std::fmt::Write;
use std::time::Duration;

use crossterm::style::Stylize;

use super::{CommandRun, Run, StepRun, Subject};

/// A step with its commands as a terminal showed them, and whether it was as
/// in the book.
pub fn step(run: &StepRun<'_>, colour: bool) -> String {
    let same = run.differences.is_empty() && run.complete;
    let mark = match (run.differences.is_empty(), run.complete) {
        (false, _) => "DIFFERENT",
        (true, false) => "NOT PLAYED TO ITS END",
        (true, true) => "as in the book",
    };
    let title = format!("{} {}", run.step.number, run.step.title);
    let mut text = if colour {
        let mark = if same {
            mark.green()
        } else {
            mark.red().bold()
        };
        format!("\n{} … {mark}\n", title.bold())
    } else {
        format!("\n{title} … {mark}\n")
    };
    for CommandRun { command, played } in &run.commands {
        let mut input = command.input.lines();
        let first = input.next().unwrap_or_default();
        let _ = writeln!(text, "  {} {first}", command.prompt());
        for line in input {
            let _ = writeln!(text, "  > {line}");
        }
        for line in played.normal.lines() {
            let _ = writeln!(text, "  {line}");
        }
        if played.status != 0 {
            let _ = writeln!(text, "  [exit {}]", played.status);
        }
    }
    for difference in &run.differences {
        text.push('\n');
        text.push_str(&difference.render(colour));
    }
    text
}

/// The verdict, and where the time went: the parts follow each other, so
/// `boot` is only what the machine took longer than the build beside it.
pub fn summary(
    subject: &Subject,
    run: &Run<'_>,
    build: Duration,
    boot: Duration,
) -> String {
    let total = build + boot + run.run_time + run.compare_time;
    format!(
        "{}\n{}, {:.1} s (build {:.1}, boot {:.1}, run {:.1}, compare {:.1})\n",
        beside_the_steps(subject, run),
        counted(subject, run),
        total.as_secs_f64(),
        build.as_secs_f64(),
        boot.as_secs_f64(),
        run.run_time.as_secs_f64(),
        run.compare_time.as_secs_f64(),
    )
}

/// One of many: what was not as in the book, and one line, which the label
/// begins.
pub fn row(label: &str, subject: &Subject, run: &Run<'_>) -> String {
    let differ = |step: &&StepRun<'_>| !step.differences.is_empty();
    let steps = run.steps.iter().filter(differ);
    let mut text: String = steps.map(|it| step(it, false)).collect();
    text += &beside_the_steps(subject, run);
    let time = (run.run_time + run.compare_time).as_secs_f64();
    let _ = writeln!(text, "{label}{}, {time:.1} s", counted(subject, run));
    text
}

/// Why it was not played to its end, and snapshots that no step has.
fn beside_the_steps(subject: &Subject, run: &Run<'_>) -> String {
    let mut text = String::new();
    if let Some(interruption) = &run.interruption {
        let path = subject.source.path.display();
        let _ = writeln!(text, "\n{path}: {interruption}");
    }
    for orphan in &run.orphans {
        let _ = writeln!(
            text,
            "\n{}: the lesson has no such step (just bless removes it)",
            orphan.display()
        );
    }
    text
}

/// The verdict, and of how much.
fn counted(subject: &Subject, run: &Run<'_>) -> String {
    let name = &subject.name;
    let verdict = verdict(run);
    let steps = run.steps.len();
    let commands = run.commands();
    format!("{name} {verdict}: {steps} steps, {commands} commands")
}

/// Whether it is as in the book, in a few words.
fn verdict(run: &Run<'_>) -> String {
    let wrong: usize = run.steps.iter().map(|s| s.differences.len()).sum();
    match (run.as_in_the_book(), wrong) {
        (true, _) => "is as in the book".to_owned(),
        (false, 0) => "cannot be played to its end".to_owned(),
        (false, 1) => "differs from the book in 1 place".to_owned(),
        (false, many) => format!("differs from the book in {many} places"),
    }
}

/// What the last command before an interruption had printed.
pub fn unfinished(steps: &[StepRun<'_>]) -> String {
    steps
        .last()
        .map(|last| step(last, false))
        .unwrap_or_default()
}
