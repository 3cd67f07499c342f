//! Writes a run as text, for a person and for a pipe.

use std::fmt::Write;
use std::time::Duration;

use crossterm::style::Stylize;
use tr::tr;

use super::{Run, StepRun};
use crate::colour::difference as painted;
use crate::course::LessonFile;
use crate::walk::CommandRun;

/// Returns a step with its commands as a terminal showed them, and whether the
/// step was as in the book.
pub fn step(run: &StepRun<'_>, colour: bool) -> String {
    let same = !run.differs() && run.complete;
    let mark = if run.differs() {
        tr!("DIFFERENT")
    } else if run.complete {
        tr!("as in the book")
    } else {
        tr!("NOT PLAYED TO ITS END")
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
        text.push_str(&painted(difference, colour));
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
    let seconds = |time: Duration| format!("{:.1}", time.as_secs_f64());
    let times = tr!(
        "{total} s (build {build}, boot {boot}, run {run}, compare {compare})",
        total = seconds(total),
        build = seconds(build),
        boot = seconds(boot),
        run = seconds(run.run_time),
        compare = seconds(run.compare_time)
    );
    let beside = beside_the_steps(file, run);
    let counted = counted(file, run);
    let line = tr!("{counted}, {times}", counted, times);
    format!("{beside}\n{line}\n")
}

/// Returns the report on one lesson of many: the steps that differ, and one
/// line that begins with the label.
pub fn row(label: &str, file: &LessonFile, run: &Run<'_>) -> String {
    let steps = run.steps.iter().filter(|step| step.differs());
    let mut text: String = steps.map(|it| step(it, false)).collect();
    text += &beside_the_steps(file, run);
    let time = (run.run_time + run.compare_time).as_secs_f64();
    let times = tr!("{time} s", time = format_args!("{time:.1}"));
    let counted = counted(file, run);
    let line = tr!("{counted}, {times}", counted, times);
    let _ = writeln!(text, "{label}{line}");
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
        let path = orphan.display();
        let why = tr!("the lesson has no such step (just bless removes it)");
        let _ = writeln!(text, "\n{path}: {why}");
    }
    text
}

/// Returns the verdict, and how much was played.
fn counted(file: &LessonFile, run: &Run<'_>) -> String {
    let name = file.name();
    let verdict = verdict(run);
    tr!(
        "{name} {verdict}: {steps} steps, {commands} commands",
        name,
        verdict,
        steps = run.steps.len(),
        commands = run.commands()
    )
}

/// Returns in a few words whether the lesson is as in the book.
fn verdict(run: &Run<'_>) -> String {
    let wrong: usize = run.steps.iter().map(|s| s.differences().count()).sum();
    match (run.as_in_the_book(), wrong) {
        (true, _) => tr!("is as in the book"),
        (false, 0) => tr!("cannot be played to its end"),
        (false, many) => tr!("differs from the book in 1 place"
            | "differs from the book in {n} places" % many),
    }
}

/// Returns the step before an interruption, as far as it was played.
pub fn unfinished(steps: &[StepRun<'_>]) -> String {
    steps
        .last()
        .map(|last| step(last, false))
        .unwrap_or_default()
}
