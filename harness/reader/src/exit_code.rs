//! Exit codes, and the code for each error.

use anyhow::Error;

use crate::binaries::DoesNotCompile;
use crate::input::{NoFile, WrongArgument};
use crate::lesson::LessonErrors;
use crate::machine::{Failure, Fate, Stage};
use crate::session::Interruption;
use crate::stages::way::OnlyQemu;

/// The result differs from the book, or the lesson or a program is wrong.
pub const DIFFERS: u8 = 1;
/// The command line is wrong.
pub const USAGE: u8 = 2;
/// A requirement is missing on this computer; the message says how to fix it.
/// `EX_UNAVAILABLE` of sysexits.h.
pub const ENVIRONMENT: u8 = 69;
/// The machine broke, or the harness has a bug. `EX_SOFTWARE` of sysexits.h.
pub const SOFTWARE: u8 = 70;

/// Returns the exit code for an error.
pub fn of(error: &Error) -> u8 {
    if error.is::<LessonErrors>() || error.is::<DoesNotCompile>() {
        return DIFFERS;
    }
    if error.is::<WrongArgument>() || error.is::<OnlyQemu>() {
        return USAGE;
    }
    match error.downcast_ref::<NoFile>() {
        Some(NoFile::Io(_)) => return ENVIRONMENT,
        Some(_) => return DIFFERS,
        None => {}
    }
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return of_failure(failure);
    }
    match error.downcast_ref::<Interruption>() {
        Some(Interruption::Machine(failure)) => of_failure(failure),
        Some(Interruption::Lesson(_)) => DIFFERS,
        None => ENVIRONMENT,
    }
}

/// Returns the exit code for a failed machine. A machine that never started is
/// the environment's fault; a machine that broke later is not.
pub fn of_failure(failure: &Failure) -> u8 {
    match (failure.stage, &failure.fate) {
        (Stage::Build | Stage::Boot, Fate::Refused(_)) => SOFTWARE,
        (Stage::Build | Stage::Boot, _) => ENVIRONMENT,
        (Stage::Run | Stage::Compare, _) => SOFTWARE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(stage: Stage, fate: Fate) -> Error {
        let console = Vec::new();
        let command = String::new();
        Failure {
            stage,
            fate,
            console,
            command,
        }
        .into()
    }

    #[test]
    fn a_broken_environment_is_never_taken_for_a_wrong_lesson() {
        for fate in [Fate::Panicked, Fate::Lost("gone".into())] {
            assert_eq!(of(&failure(Stage::Boot, fate.clone())), 69);
            assert_eq!(of(&failure(Stage::Run, fate)), 70);
        }
    }

    #[test]
    fn a_context_around_an_error_does_not_change_its_code() {
        let error = failure(Stage::Run, Fate::Panicked).context("bless");
        assert_eq!(of(&error), SOFTWARE);
    }
}
