//! A command that was run outside of the program.

use anyhow::Result;
use tr::tr;

use super::{processes, texts};
use crate::assertion::Outside;
use crate::mismatch::{Judgement, Mismatch};
use crate::observation::{Observation, Probe};

/// Judges the exit status of the command, and its output.
pub(super) fn outside(
    seen: &Observation,
    outside: &Outside,
) -> Result<Judgement> {
    if let Some(gone) = missing_process(seen, &outside.run) {
        return Ok(Err(processes::no_process(seen, gone)));
    }
    let probe = seen.probe(&outside.run)?;
    if let Some(status) = &outside.exit {
        let status = seen.values.expand(status)?;
        if probe.status.to_string() != status {
            return Ok(Err(other_status(&status, probe)));
        }
    }
    let Some(text) = &outside.prints else {
        return Ok(Ok(()));
    };
    let printed = format!("{}{}", probe.stdout, probe.stderr);
    Ok(texts::equal(&seen.values.expand(text)?, &printed))
}

/// Returns the process whose PID the command uses and that has ended.
fn missing_process(seen: &Observation, run: &str) -> Option<&'static str> {
    ["command", "program"].into_iter().find(|subject| {
        run.contains(&format!("${subject}_pid"))
            && seen.process(subject).is_none()
    })
}

fn other_status(expected: &str, probe: &Probe) -> Mismatch {
    let status = probe.status;
    let status = tr!("exit status {status}", status);
    let got = format!("{status}\n{}", probe.stderr.trim());
    let expected = tr!("exit status {status}", status = expected);
    Mismatch::new(expected, got.trim())
}
