//! Processes: their namespaces and PIDs.

use anyhow::Result;
use protocol::{Kind, Namespace, Process};
use tr::tr;

use crate::assertion::{Pair, Processes};
use crate::mismatch::{Judgement, Mismatch};
use crate::observation::Observation;

/// Judges whether two processes are members of the same namespaces.
pub(super) fn same(seen: &Observation, pair: &Pair) -> Result<Judgement> {
    memberships(seen, pair, true)
}

/// Judges whether two processes are members of different namespaces.
pub(super) fn differ(seen: &Observation, pair: &Pair) -> Result<Judgement> {
    memberships(seen, pair, false)
}

fn memberships(
    seen: &Observation,
    pair: &Pair,
    wanted: bool,
) -> Result<Judgement> {
    let Pair { types, of, with } = pair;
    let Some(one) = seen.process(of) else {
        return Ok(Err(no_process(seen, of)));
    };
    let Some(other) = seen.process(with) else {
        return Ok(Err(no_process(seen, with)));
    };
    let mut expected = Vec::new();
    let mut got = Vec::new();
    for kind in types.kinds()? {
        let own = namespace(one, kind);
        if (own == namespace(other, kind)) != wanted {
            let whom = of_whom(seen, with);
            expected.push(if wanted {
                tr!("{kind}: {whom}", kind, whom)
            } else {
                tr!("{kind}: not {whom}", kind, whom)
            });
            let owner = owner(seen, own, of);
            got.push(tr!("{kind}: {whom}", kind, whom = owner));
        }
    }
    if expected.is_empty() {
        return Ok(Ok(()));
    }
    Ok(Err(Mismatch::new(expected.join("\n"), got.join("\n"))))
}

/// Returns a process's namespace of a type.
pub(super) fn namespace(process: &Process, kind: Kind) -> Option<Namespace> {
    let mut all = process.namespaces.iter().copied();
    all.find(|it| it.kind == kind)
}

/// Returns words for the owner of a namespace: another process, if one is a
/// member.
fn owner(
    seen: &Observation,
    namespace: Option<Namespace>,
    except: &str,
) -> String {
    let is_member = |process: &Process| {
        process.namespaces.iter().any(|it| Some(*it) == namespace)
    };
    let known = seen.subjects().find(|name| {
        *name != except && seen.process(name).is_some_and(is_member)
    });
    match known {
        Some(name) => of_whom(seen, name),
        None => tr!("one of its own"),
    }
}

fn of_whom(seen: &Observation, subject: &str) -> String {
    match subject {
        "machine" => tr!("the machine's (initial)"),
        "program" => tr!("the program's"),
        "command" => tr!("the command's"),
        name => match seen.values.get(name) {
            Some(pid) => tr!("{name}'s (PID {pid})", name, pid),
            None => tr!("{name}'s", name),
        },
    }
}

/// Returns the mismatch of a process that is not there.
pub(super) fn no_process(seen: &Observation, subject: &str) -> Mismatch {
    let command = seen.values.get("command").unwrap_or_default();
    let expected = match subject {
        "command" => tr!("{command}, running", command),
        "program" => tr!("your program, running"),
        name => tr!("the process {name}, running", name),
    };
    let got = match subject {
        "command" if !seen.said_ready => tr!("it was not executed"),
        name if seen.witnesses.iter().any(|it| it == name) => {
            tr!("there is none")
        }
        _ => tr!("it has ended"),
    };
    Mismatch::absent(expected, got)
}

/// Judges whether two names stand for one process.
pub(super) fn same_process(seen: &Observation, pair: &Processes) -> Judgement {
    let Processes { of, with } = pair;
    let Some(one) = seen.process(of) else {
        return Err(no_process(seen, of));
    };
    let Some(other) = seen.process(with) else {
        return Err(no_process(seen, with));
    };
    if one.pid == other.pid {
        return Ok(());
    }
    Err(Mismatch::new(
        tr!(
            "PID {pid}, as the {process}",
            pid = other.pid,
            process = with
        ),
        tr!("PID {pid}, another process", pid = one.pid),
    ))
}

/// Judges the PID that a process has in its own PID namespace.
pub(super) fn inner_pid(seen: &Observation, of: &str, is: &str) -> Judgement {
    let Some(process) = seen.process(of) else {
        return Err(no_process(seen, of));
    };
    if process.inner_pid.to_string() == is {
        return Ok(());
    }
    Err(Mismatch::new(
        tr!("PID {pid} in its own PID namespace", pid = is),
        format!("PID {}", process.inner_pid),
    ))
}
