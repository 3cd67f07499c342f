//! The exit code for each error: those of this crate first, then those of
//! [`crate::exit_code`].

use anyhow::Error;

use crate::docker::side::ComparisonBroke;
use crate::exercise::catalogue::NoExercise;
use crate::exercise::prepare::Unprepared;
use crate::exit_code::{self, DIFFERS, ENVIRONMENT, SOFTWARE, USAGE};
use crate::shares::merge::NotWhole;
use crate::since::program::DoesNotCompile;

/// Returns the exit code for an error.
pub fn code(error: &Error) -> u8 {
    match error.downcast_ref::<NoExercise>() {
        Some(NoExercise::Unknown(_)) => return USAGE,
        Some(NoExercise::Wrong(..)) => return DIFFERS,
        None => {}
    }
    match error.downcast_ref::<Unprepared>() {
        Some(Unprepared::Machine(failure)) => {
            return exit_code::of_failure(failure);
        }
        Some(Unprepared::Setup { .. }) => return SOFTWARE,
        None => {}
    }
    if error.is::<DoesNotCompile>() {
        return DIFFERS;
    }
    if let Some(NotWhole { wrong, .. }) = error.downcast_ref() {
        // What is only missing may yet come.
        return if wrong.is_empty() { ENVIRONMENT } else { USAGE };
    }
    if error.is::<ComparisonBroke>() {
        return SOFTWARE;
    }
    exit_code::of(error)
}
