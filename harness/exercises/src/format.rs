//! exercise.toml: its text becomes an exercise that can be right.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};

use super::assertion::{Assertion, Card, InnerPid, Outside, Processes};
use super::definition::{Exercise, Kind};
use super::verdict::IMPLICIT;

/// Names that an author cannot give to variables or processes.
const RESERVED: [&str; 5] = [
    "machine",
    "program",
    "command",
    "program_pid",
    "command_pid",
];

/// Processes of every run.
const USUAL: [&str; 3] = ["machine", "command", "program"];

/// States of a network interface.
const STATES: [&str; 3] = ["up", "down", "no-carrier"];

/// Parses an exercise.toml.
pub fn parse(text: &str) -> Result<Exercise> {
    let exercise: Exercise = toml::from_str(text)?;
    validate(&exercise)?;
    Ok(exercise)
}

fn validate(exercise: &Exercise) -> Result<()> {
    let texts = [&exercise.title, &exercise.asks, &exercise.after];
    for text in texts.into_iter().chain(&exercise.hints) {
        ensure!(!text.trim().is_empty(), "a text is empty");
    }
    let random = exercise.random.keys().map(String::as_str);
    let processes = exercise.held().chain(exercise.witnesses());
    for name in random.chain(processes) {
        ensure!(!RESERVED.contains(&name), "the name {name} is reserved");
    }
    if exercise.kind == Kind::Find {
        validate_find(exercise)?;
    } else {
        validate_program(exercise)?;
    }
    validate_feedback(exercise)?;
    validate_wrong(exercise)
}

fn validate_find(exercise: &Exercise) -> Result<()> {
    ensure!(exercise.answer.contains('$'), "`answer` is not random");
    ensure!(!exercise.finds.is_empty(), "`find` needs `finds`");
    ensure!(exercise.runs.is_empty(), "`find` has no `run`");
    ensure!(exercise.program.is_empty(), "`find` has no `program`");
    let mut wrong = exercise.wrong.iter();
    let answers = wrong.all(|it| it.answer.is_some() && it.program.is_none());
    ensure!(answers, "the wrong answers of `find` are `answer`s");
    Ok(())
}

fn validate_program(exercise: &Exercise) -> Result<()> {
    let neither = exercise.answer.is_empty() && exercise.finds.is_empty();
    ensure!(neither, "only `find` has `answer` and `finds`");
    ensure!(!exercise.program.is_empty(), "`program` is missing");
    ensure!(!exercise.runs.is_empty(), "there is no `run`");
    ensure!(exercise.wrong.len() >= 2, "at least two wrong answers");
    validate_checks(exercise)?;
    let mut wrong = exercise.wrong.iter();
    let programs = wrong.all(|it| it.program.is_some() && it.answer.is_none());
    ensure!(programs, "the wrong answers are `program`s");
    Ok(())
}

fn validate_checks(exercise: &Exercise) -> Result<()> {
    let mut seen = BTreeSet::new();
    for check in exercise.checks() {
        let id = &check.id;
        ensure!(seen.insert(id), "two checks named {id:?}");
        let assertion = &check.assertion;
        let of_feedback = matches!(assertion, Assertion::Failed(_));
        ensure!(
            !of_feedback,
            "the check {id:?}: `failed` is for feedback only"
        );
        validate_assertion(exercise, assertion)
            .with_context(|| format!("the check {id:?}"))?;
    }
    let fails = exercise.starter_fails();
    let known = exercise.checks().any(|check| check.id == fails);
    ensure!(known, "starter_fails: there is no check {fails:?}");
    for run in &exercise.runs {
        ensure!(!run.checks.is_empty(), "{:?}: no check", run.line);
    }
    Ok(())
}

fn validate_feedback(exercise: &Exercise) -> Result<()> {
    let find = exercise.kind == Kind::Find;
    let mut seen = BTreeSet::new();
    for feedback in &exercise.feedback {
        let id = &feedback.id;
        ensure!(seen.insert(id), "two feedbacks named {id:?}");
        ensure!(!feedback.says.trim().is_empty(), "{id} says nothing");
        for assertion in feedback.conditions.iter().chain(&feedback.unless) {
            let answers = matches!(assertion, Assertion::Answer(_));
            ensure!(find == answers, "`answer` and nothing else for find");
            validate_assertion(exercise, assertion)
                .with_context(|| format!("the feedback {id:?}"))?;
        }
    }
    let last = exercise.feedback.last().context("there is no feedback")?;
    let always = last.conditions.is_empty() && last.unless.is_empty();
    ensure!(always, "the last feedback has no `if` and no `unless`");
    Ok(())
}

fn validate_wrong(exercise: &Exercise) -> Result<()> {
    for wrong in &exercise.wrong {
        let gets = &wrong.gets;
        let known = exercise.feedback.iter().any(|it| it.id == *gets);
        ensure!(known, "there is no feedback {gets:?}");
    }
    Ok(())
}

/// Refuses an assertion about something that is not in the exercise.
fn validate_assertion(
    exercise: &Exercise,
    assertion: &Assertion,
) -> Result<()> {
    match assertion {
        Assertion::Same(pair) | Assertion::Differ(pair) => {
            pair.types.kinds()?;
            process(exercise, &pair.of)?;
            process(exercise, &pair.with)
        }
        Assertion::SameProcess(Processes { of, with }) => {
            process(exercise, of)?;
            process(exercise, with)
        }
        Assertion::InnerPid(InnerPid { of, .. }) => process(exercise, of),
        Assertion::Interface(Card { of, state, .. }) => {
            let state = state.as_deref();
            let known = state.is_none_or(|it| STATES.contains(&it));
            ensure!(known, "a state is one of {STATES:?}");
            process(exercise, of)
        }
        Assertion::Outside(Outside { prints, exit, .. }) => {
            let some = prints.is_some() || exit.is_some();
            ensure!(some, "`outside` needs `prints` or `exit`");
            Ok(())
        }
        Assertion::Failed(id) => {
            let implicit = IMPLICIT.contains(&id.as_str());
            let known = implicit || exercise.checks().any(|it| it.id == *id);
            ensure!(known, "there is no check {id:?}");
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Refuses the name of a process that no run has.
fn process(exercise: &Exercise, name: &str) -> Result<()> {
    let mut named = exercise.held().chain(exercise.witnesses());
    let known = USUAL.contains(&name) || named.any(|it| it == name);
    ensure!(known, "no process is called {name:?}: see `hold`");
    Ok(())
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
