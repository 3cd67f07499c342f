//! Runs a program once: starts it, waits for the command, looks at the kernel,
//! lets the command go on, waits for the end. All limits are in the machine's
//! time.

use std::time::Duration;

use protocol::ExitStatus;

use super::definition::{Exercise, Run};
use super::holds::judge;
use super::observation::{End, Observation, Probe};
use super::random::Values;
use crate::machine::{Collected, Failure, Machine, Running};

/// Time limit of a look at the kernel, which usually takes milliseconds. A
/// machine that takes longer is not usable any more.
const PATIENCE: Duration = Duration::from_secs(4);

/// Wait after the command's start for other processes of the program. A process
/// that does not come in this time was not started.
const COMPANY: Duration = Duration::from_secs(1);

/// Time limit of all commands outside of the program, for one run.
const PROBES: Duration = Duration::from_secs(7);

/// First word that a witness prints.
const READY: &str = "ready";

/// The user without rights, as a number, so that no name is looked up.
const NOBODY: &str = "65534";

/// Runs a program and fills in the observation. If the machine fails, the
/// observation holds what was seen before.
pub fn run(
    exercise: &Exercise,
    run: &Run,
    machine: &mut Machine,
    seen: &mut Observation,
) -> Result<(), Failure> {
    let script = script(run, &seen.values);
    let argv = ["bash", "-c", &script];
    let until = machine.had() + exercise.limit;
    let started = machine.start_program(&argv, exercise.limit)?;
    let Ok(running) = started else {
        // An earlier run removed bash itself.
        seen.stderr = "bash: it cannot be executed any more\n".to_owned();
        seen.end = End::Status(127);
        return Ok(());
    };
    seen.program = running.pid;
    let result = watch(exercise, run, machine, running, until, seen);
    let collected = machine.collected(running);
    let stdout = &collected.stdout;
    let stderr = &collected.stderr;
    seen.stdout = without_ready(&String::from_utf8_lossy(stdout));
    seen.stderr = String::from_utf8_lossy(stderr).into_owned();
    result
}

fn watch(
    exercise: &Exercise,
    run: &Run,
    machine: &mut Machine,
    running: Running,
    until: Duration,
    seen: &mut Observation,
) -> Result<(), Failure> {
    look(machine, running, until, seen)?;
    probe(
        run.checks.iter().filter_map(|it| it.assertion.probe()),
        machine,
        seen,
    )?;
    let failed = run.checks.iter().any(|check| {
        !check.assertion.needs_the_end()
            && !matches!(judge(&check.assertion, seen), Ok(Ok(())))
    });
    if failed {
        probe_for_feedback(exercise, machine, seen)?;
    }
    machine.close_input(running)?;
    let ended = machine.follow(running, until, |_| false)?;
    let now = machine.had();
    let collected = machine.collected(running);
    seen.end = match collected.status {
        Some(status) => End::Status(status.in_a_shell()),
        None if ended => End::NotYet,
        None if collected.prints_without_pause(now) => End::Prints,
        None => End::TimedOut,
    };
    Ok(())
}

/// Runs the commands that the feedback's assertions need.
pub fn probe_for_feedback(
    exercise: &Exercise,
    machine: &mut Machine,
    seen: &mut Observation,
) -> Result<(), Failure> {
    let all = exercise
        .feedback
        .iter()
        .flat_map(|it| it.conditions.iter().chain(&it.unless));
    probe(all.filter_map(|it| it.probe()), machine, seen)
}

/// Waits until the command and all witnesses are waiting, or the run is over,
/// and looks at the kernel. A `ready` of any other process is ordinary output.
fn look(
    machine: &mut Machine,
    running: Running,
    mut until: Duration,
    seen: &mut Observation,
) -> Result<(), Failure> {
    let mut heard = 0;
    loop {
        machine.follow(running, until, |now| times_ready(now) > heard)?;
        let late = machine.had() >= until;
        let now = machine.collected(running);
        heard = times_ready(now);
        let over = now.status.is_some() || late;
        seen.facts = machine.facts_within(PATIENCE)?;
        let stands = seen.process("command").map(|process| process.pid);
        if let Some(pid) = stands {
            seen.values.set("command_pid", &pid.to_string());
        }
        seen.values.set("program_pid", &seen.program.to_string());
        seen.started = stands.is_some();
        seen.said_ready = heard > 0;
        let alone = |name: &String| seen.process(name).is_none();
        let all = stands.is_some() && !seen.witnesses.iter().any(alone);
        if all || over {
            return Ok(());
        }
        if stands.is_some() {
            until = until.min(machine.had() + COMPANY);
        }
    }
}

fn times_ready(now: &Collected) -> usize {
    now.stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| is_ready(line))
        .count()
}

fn is_ready(line: &[u8]) -> bool {
    let first = line.split(|byte| byte.is_ascii_whitespace()).next();
    first == Some(READY.as_bytes())
}

/// Removes the command's first word, which is no output of the program.
fn without_ready(stdout: &str) -> String {
    stdout
        .split_inclusive('\n')
        .filter(|line| !is_ready(line.as_bytes()))
        .collect()
}

fn probe<'a>(
    runs: impl Iterator<Item = &'a str>,
    machine: &mut Machine,
    seen: &mut Observation,
) -> Result<(), Failure> {
    for run in runs {
        if !seen.probes.contains_key(run) {
            let left = PROBES.saturating_sub(seen.probing);
            let begin = machine.had();
            let probe = outside(&seen.values, run, machine, left)?;
            seen.probing += machine.had().saturating_sub(begin);
            seen.probes.insert(run.to_owned(), probe);
        }
    }
    Ok(())
}

/// Runs a command outside of the program, as root, with the values. At the time
/// limit, its status is 124, as with timeout(1).
pub fn outside(
    values: &Values,
    run: &str,
    machine: &mut Machine,
    limit: Duration,
) -> Result<Probe, Failure> {
    let script = format!("{}{run}", values.assignments());
    let argv = ["bash", "-c", &script];
    let until = machine.had() + limit;
    let Ok(running) = machine.start_program(&argv, PATIENCE)? else {
        return Ok(Probe {
            stderr: "bash: it cannot be executed any more\n".to_owned(),
            status: 127,
            ..Probe::default()
        });
    };
    machine.close_input(running)?;
    machine.follow(running, until, |_| false)?;
    let output = machine.collected(running);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Probe {
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
        status: output.status.map_or(124, ExitStatus::in_a_shell),
    })
}

/// Returns the script in which bash sets the values and becomes the program.
fn script(run: &Run, values: &Values) -> String {
    let assignments = values.assignments();
    let user = match run.user.as_deref() {
        None | Some("root") => "",
        Some(_) => NOBODY,
    };
    let line = run.line.trim();
    if user.is_empty() {
        return format!("{assignments}exec {line}");
    }
    format!(
        "{assignments}cd /; exec setpriv --reuid={user} --regid={user} \
         --clear-groups {line}"
    )
}
