//! The end of a run: exit status, signal.

use tr::tr;

use crate::mismatch::{Judgement, Mismatch};
use crate::observation::{End, Observation};

/// Judges the exit status, as a shell shows it.
pub(super) fn exit(seen: &Observation, status: &str) -> Judgement {
    if matches!(seen.end, End::Status(got) if got.to_string() == status) {
        return Ok(());
    }
    Err(Mismatch {
        // A missing end is reported once, by a check of its own.
        absent: seen.end.is_missing(),
        ..Mismatch::new(
            tr!("exit status {status}", status),
            seen.end_in_words(),
        )
    })
}

/// Judges the signal that ended the program.
pub(super) fn signal(seen: &Observation, name: &str) -> Judgement {
    if seen.signal() == Some(name) {
        return Ok(());
    }
    Err(Mismatch::new(name, seen.end_in_words()))
}
