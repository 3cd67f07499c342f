//! Grading: the machine's state, the runs, the checks, the feedback.

use std::time::Duration;

use anyhow::{Context, Result};
use tr::tr;

use super::assertion::Assertion;
use super::definition::{Check, Exercise, Run};
use super::holds::judge;
use super::mismatch::Mismatch;
use super::observation::{End, Observation};
use super::prepare::{self, Prepared};
use super::random::Values;
use super::run;
use super::verdict::{
    CheckResult, Checked, ChosenFeedback, ENDS, GradedRun, SURVIVES, Verdict,
};
use super::{feedback, lost_machine};
use crate::machine::{Failure, Machine};
use crate::machines::Machines;

/// Grades a program in a fresh machine, which is used up by it.
///
/// An error is the fault of the harness or of the computer. The verdict covers
/// whatever the program does to the machine.
pub fn grade(
    exercise: &Exercise,
    program: &[u8],
    machines: &mut Machines,
) -> Result<Verdict> {
    let prepared = prepare::fresh(exercise, machines)?;
    grade_in(exercise, program, prepared)
}

/// Grades a program in a machine that has been prepared.
pub fn grade_in(
    exercise: &Exercise,
    program: &[u8],
    prepared: Prepared,
) -> Result<Verdict> {
    let Prepared {
        mut machine,
        values,
    } = prepared;
    let begin = machine.had();
    prepare::put_program(exercise, program, &mut machine)?;
    let mut verdict = Verdict::default();
    for run in &exercise.runs {
        let mut seen = unseen(exercise, &values);
        let (graded, fate) = grade_run(exercise, run, &mut machine, &mut seen)?;
        verdict.runs.push(graded);
        seen.failed = verdict.failed().map(|check| check.id.clone()).collect();
        if !verdict.solved() {
            verdict.feedback = match fate {
                Some(failure) => Some(lost_machine::feedback(&failure)),
                None => choose(exercise, &mut machine, &mut seen)?,
            };
            break;
        }
    }
    verdict.took = machine.had().saturating_sub(begin);
    Ok(verdict)
}

/// Returns the observation of a run that has not begun.
fn unseen(exercise: &Exercise, values: &Values) -> Observation {
    Observation {
        values: values.clone(),
        held: exercise.held().map(str::to_owned).collect(),
        witnesses: exercise.witnesses().map(str::to_owned).collect(),
        ..Observation::default()
    }
}

/// Grades one run. The failure is that of a machine which the program ended.
fn grade_run(
    exercise: &Exercise,
    run: &Run,
    machine: &mut Machine,
    seen: &mut Observation,
) -> Result<(GradedRun, Option<Failure>)> {
    let fate = match run::run(exercise, run, machine, seen) {
        Ok(()) => None,
        Err(failure) if lost_machine::is_the_programs(&failure) => {
            Some(failure)
        }
        Err(failure) => return Err(failure.into()),
    };
    let mut graded = GradedRun {
        line: seen.values.fill_in(run.line.trim()),
        printed: seen.stdout.clone(),
        complained: seen.stderr.clone(),
        status: match seen.end {
            End::Status(status) => Some(status),
            End::NotYet | End::TimedOut | End::Prints => None,
        },
        checks: Vec::new(),
    };
    let mut failed = fate.is_some();
    for check in &run.checks {
        let result = match &fate {
            Some(_) => CheckResult::NotSeen,
            None => result(check, seen, failed)?,
        };
        failed |= matches!(result, CheckResult::Fails(_));
        graded.checks.push(checked(check, &seen.values, result));
    }
    graded
        .checks
        .extend(implicit(exercise, run, seen, fate.as_ref()));
    Ok((graded, fate))
}

/// Judges one check. A process that is not there is reported once.
fn result(
    check: &Check,
    seen: &Observation,
    failed: bool,
) -> Result<CheckResult> {
    let outcome = judge(&check.assertion, seen);
    let outcome = outcome.with_context(|| format!("check {}", check.id))?;
    Ok(match outcome {
        Ok(()) => CheckResult::Holds,
        Err(mismatch) if mismatch.absent && failed => CheckResult::NotSeen,
        Err(mismatch) => CheckResult::Fails(mismatch),
    })
}

fn checked(check: &Check, values: &Values, result: CheckResult) -> Checked {
    Checked {
        id: check.id.clone(),
        what: values.fill_in(&check.what),
        result,
    }
}

/// Returns the failed check of [`IMPLICIT`](super::verdict::IMPLICIT), if any.
fn implicit(
    exercise: &Exercise,
    run: &Run,
    seen: &Observation,
    fate: Option<&Failure>,
) -> Option<Checked> {
    if let Some(failure) = fate {
        let got = lost_machine::what_became(failure);
        return Some(failed(
            SURVIVES,
            &tr!("the machine is still there after it"),
            Mismatch::new(tr!("a machine that answers"), got),
        ));
    }
    let endless = Assertion::TimedOut(true);
    let may_last = run.checks.iter().any(|it| it.assertion == endless);
    (seen.end.is_missing() && !may_last).then(|| {
        let got = still_runs(seen.end, exercise.limit);
        let wanted = tr!("the program's end");
        failed(ENDS, &tr!("it ends"), Mismatch::new(wanted, got))
    })
}

fn failed(id: &str, what: &str, mismatch: Mismatch) -> Checked {
    Checked {
        id: id.to_owned(),
        what: what.to_owned(),
        result: CheckResult::Fails(mismatch),
    }
}

fn still_runs(end: End, limit: Duration) -> String {
    let time = limit.as_secs();
    match end {
        End::Prints => {
            tr!("it prints without end: it still runs after {time} s", time)
        }
        _ => tr!("it still runs after {time} s", time),
    }
}

/// Looks at the machine for the feedback's conditions, and chooses.
fn choose(
    exercise: &Exercise,
    machine: &mut Machine,
    seen: &mut Observation,
) -> Result<Option<ChosenFeedback>> {
    if let Err(failure) = run::probe_for_feedback(exercise, machine, seen) {
        return Ok(Some(lost_machine::feedback(&failure)));
    }
    feedback::choose(exercise, seen)
}
