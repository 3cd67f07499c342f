//! Writes a run as text, for a person and for a pipe.

use std::fmt::Write;
use std::time::Duration;

use crossterm::style::Stylize;

use super::{Run, StepRun};
use crate::course::LessonFile;
use crate::walk::CommandRun;

/// Returns a step with its commands as a terminal showed them, and whether the
/// step was as in the book.
pub fn step(run: &StepRun<'_>, colour: bool) -> String {
    let same = !run.differs() && run.complete;
    let mark = if run.differs() {
        "DIFFERENT"
    } else if run.complete {
        "as in the book"
    } else {
        "NOT PLAYED TO ITS END"
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
    for CommandRun {
        command, played, ..
    } in &run.commands
    {
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
    for difference in run.differences() {
        text.push('\n');
        text.push_str(&difference.render(colour));
    }
    text
}

/// Returns the verdict and the times. The times follow each other: `boot` is
/// the wait for the machine after the build beside it had ended.
pub fn summary(
    file: &LessonFile,
    run: &Run<'_>,
    build: Duration,
    boot: Duration,
) -> String {
    let total = build + boot + run.run_time + run.compare_time;
    format!(
        "{}\n{}, {:.1} s (build {:.1}, boot {:.1}, run {:.1}, compare {:.1})\n",
        beside_the_steps(file, run),
        counted(file, run),
        total.as_secs_f64(),
        build.as_secs_f64(),
        boot.as_secs_f64(),
        run.run_time.as_secs_f64(),
        run.compare_time.as_secs_f64(),
    )
}

/// Returns the report on one lesson of many: the steps that differ, and one
/// line that begins with the label.
pub fn row(label: &str, file: &LessonFile, run: &Run<'_>) -> String {
    let steps = run.steps.iter().filter(|step| step.differs());
    let mut text: String = steps.map(|it| step(it, false)).collect();
    text += &beside_the_steps(file, run);
    let time = (run.run_time + run.compare_time).as_secs_f64();
    let _ = writeln!(text, "{label}{}, {time:.1} s", counted(file, run));
    text
}

/// Returns why the lesson was not played to its end, and the snapshots that
/// belong to no step.
fn beside_the_steps(file: &LessonFile, run: &Run<'_>) -> String {
    let mut text = String::new();
    if let Some(interruption) = &run.interruption {
        let path = file.path.display();
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

/// Returns the verdict, and how much was played.
fn counted(file: &LessonFile, run: &Run<'_>) -> String {
    let name = file.name();
    let verdict = verdict(run);
    let steps = run.steps.len();
    let commands = run.commands();
    format!("{name} {verdict}: {steps} steps, {commands} commands")
}

/// Returns in a few words whether the lesson is as in the book.
fn verdict(run: &Run<'_>) -> String {
    let wrong: usize = run.steps.iter().map(|s| s.differences().count()).sum();
    match (run.as_in_the_book(), wrong) {
        (true, _) => "is as in the book".to_owned(),
        (false, 0) => "cannot be played to its end".to_owned(),
        (false, 1) => "differs from the book in 1 place".to_owned(),
        (false, many) => format!("differs from the book in {many} places"),
    }
}

/// Returns the step before an interruption, as far as it was played.
pub fn unfinished(steps: &[StepRun<'_>]) -> String {
    steps
        .last()
        .map(|last| step(last, false))
        .unwrap_or_default()
}
