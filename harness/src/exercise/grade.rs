//! Grading: the machine's state, the runs, the checks, what to say.

use anyhow::{Context, Result};

use super::format::{Check, Exercise, Run};
use super::observation::{End, Observation};
use super::prepare::{self, Prepared};
use super::random::Values;
use super::run;
use super::verdict::{
    CheckResult, Checked, ENDS, Graded, SURVIVES, Said, Verdict,
};
use super::{assertion::Mismatch, run::LIMIT};
use crate::machine::{Failure, Fate, Machine};
use crate::machines::Machines;

/// Grades a program in a fresh machine, which is used up by it.
///
/// An error is ours or the computer's. Whatever the program does to the
/// machine is in the verdict.
pub fn grade(
    exercise: &Exercise,
    program: &[u8],
    machines: &mut Machines,
) -> Result<Verdict> {
    let prepared = prepare::fresh(exercise, machines)?;
    grade_in(exercise, program, prepared)
}

/// The same in a machine that has been made ready.
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
        let mut seen = Observation {
            values: values.clone(),
            held: exercise.held().map(str::to_owned).collect(),
            witnesses: exercise.witnesses().map(str::to_owned).collect(),
            ..Observation::default()
        };
        let (graded, fate) = one(exercise, run, &mut machine, &mut seen)?;
        verdict.runs.push(graded);
        seen.failed = verdict.failed().map(|check| check.id.clone()).collect();
        if !verdict.solved() {
            verdict.feedback = match fate {
                Some(failure) => Some(of_the_machine(&failure)),
                None => feedback(exercise, &mut machine, &mut seen)?,
            };
            break;
        }
    }
    verdict.took = machine.had().saturating_sub(begin);
    Ok(verdict)
}

/// One run and its checks; and what became of the machine, if it is gone.
fn one(
    exercise: &Exercise,
    run: &Run,
    machine: &mut Machine,
    seen: &mut Observation,
) -> Result<(Graded, Option<Failure>)> {
    let fate = match run::run(exercise, run, machine, seen) {
        Ok(()) => None,
        Err(failure) if is_the_programs(&failure) => Some(failure),
        Err(failure) => return Err(failure.into()),
    };
    let mut graded = Graded {
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
    graded.checks.extend(implicit(run, seen, fate.as_ref()));
    Ok((graded, fate))
}

/// That a process is not there is said once.
fn result(
    check: &Check,
    seen: &Observation,
    failed: bool,
) -> Result<CheckResult> {
    let outcome = check.assertion.holds(seen);
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

/// What is shown only if it fails.
fn implicit(
    run: &Run,
    seen: &Observation,
    fate: Option<&Failure>,
) -> Option<Checked> {
    use super::assertion::Assertion::TimedOut;
    let (id, what, mismatch) = match fate {
        Some(failure) => (
            SURVIVES,
            "the machine is still there after it",
            Mismatch {
                expected: "a machine that answers".to_owned(),
                got: what_became(failure),
                absent: false,
            },
        ),
        None if seen.end.is_missing()
            && !run.checks.iter().any(|it| it.assertion == TimedOut(true)) =>
        {
            (
                ENDS,
                "it ends",
                Mismatch {
                    expected: "the program's end".to_owned(),
                    got: still_runs(seen.end),
                    absent: false,
                },
            )
        }
        None => return None,
    };
    Some(Checked {
        id: id.to_owned(),
        what: what.to_owned(),
        result: CheckResult::Fails(mismatch),
    })
}

fn still_runs(end: End) -> String {
    let prints = match end {
        End::Prints => "it prints without end: ",
        _ => "",
    };
    format!("{prints}it still runs after {} s", LIMIT.as_secs())
}

/// Whether a program in the machine can have caused it.
fn is_the_programs(failure: &Failure) -> bool {
    match failure.fate {
        Fate::Panicked
        | Fate::Reset
        | Fate::Hung(_)
        | Fate::SwitchedOff
        | Fate::Refused(_) => true,
        Fate::NotStarted(_) | Fate::Lost(_) => false,
    }
}

fn what_became(failure: &Failure) -> String {
    match &failure.fate {
        Fate::Panicked => "its kernel panicked".into(),
        Fate::Reset => "it was restarted".into(),
        Fate::Hung(time) => {
            format!("no answer for {} s", time.as_secs())
        }
        Fate::SwitchedOff => "it was switched off".into(),
        Fate::Refused(reason) => format!("PID 1 cannot work: {reason}"),
        Fate::NotStarted(reason) | Fate::Lost(reason) => reason.clone(),
    }
}

fn of_the_machine(failure: &Failure) -> Said {
    let seen = match &failure.fate {
        Fate::Panicked => {
            "Your program ended the machine's kernel: a panic, or no memory \
             left for anybody."
        }
        Fate::Reset => "Your program restarted the machine.",
        Fate::SwitchedOff => "Your program switched the machine off.",
        Fate::Hung(_) => {
            "With your program in it, the machine's PID 1 does not come to \
             answer: too many processes, too little memory, or a loop that \
             lets nobody else work."
        }
        _ => {
            "Your program took away what the machine's PID 1 needs to look \
             at the kernel, such as /proc."
        }
    };
    Said {
        id: None,
        text: format!(
            "{seen} It was a machine of its own, and it is gone: the next \
             check gets a new one."
        ),
    }
}

/// The first feedback that holds.
fn feedback(
    exercise: &Exercise,
    machine: &mut Machine,
    seen: &mut Observation,
) -> Result<Option<Said>> {
    if let Err(failure) = run::probe_for_feedback(exercise, machine, seen) {
        return Ok(Some(of_the_machine(&failure)));
    }
    choose(exercise, seen)
}

/// The first feedback that holds, from what has been seen.
pub fn choose(exercise: &Exercise, seen: &Observation) -> Result<Option<Said>> {
    for feedback in &exercise.feedback {
        let all_of = |assertions: &[super::assertion::Assertion], wanted| {
            for assertion in assertions {
                if assertion.holds(seen)?.is_ok() != wanted {
                    return Ok(false);
                }
            }
            anyhow::Ok(true)
        };
        let context = || format!("feedback {}", feedback.id);
        let applies = all_of(&feedback.conditions, true)
            .with_context(context)?
            && all_of(&feedback.unless, false).with_context(context)?;
        if applies {
            return Ok(Some(Said {
                id: Some(feedback.id.clone()),
                text: seen.values.fill_in(feedback.says.trim()),
            }));
        }
    }
    Ok(None)
}
