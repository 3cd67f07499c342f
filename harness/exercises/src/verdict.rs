//! The result of grading.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::mismatch::Mismatch;

/// Checks of every run that no author writes: the program ends in time, and the
/// machine is still there afterwards.
pub const IMPLICIT: [&str; 2] = [ENDS, SURVIVES];

/// Check that the program ends in time.
pub const ENDS: &str = "ends";

/// Check that the machine is still there.
pub const SURVIVES: &str = "survives";

/// The result of grading a program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Runs, up to the first with a failed check.
    pub runs: Vec<GradedRun>,
    /// Feedback about the failure.
    pub feedback: Option<ChosenFeedback>,
    /// Duration, in the machine's time.
    pub took: Duration,
}

/// Feedback for a learner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenFeedback {
    /// Name in the exercise; `None` for feedback that is the same in every
    /// exercise.
    pub id: Option<String>,
    /// Text of the feedback.
    pub text: String,
}

/// The result of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradedRun {
    /// Command line, with this run's values.
    pub line: String,
    /// Checks, in order.
    pub checks: Vec<Checked>,
    /// Standard output of the program and its command.
    pub printed: String,
    /// Standard error of the program and its command.
    pub complained: String,
    /// Exit status, as a shell shows it; `None` for a program without an end.
    pub status: Option<u8>,
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Name in the exercise, or one of [`IMPLICIT`].
    pub id: String,
    /// Text beside the tick or cross.
    pub what: String,
    /// Whether the check holds.
    pub result: CheckResult,
}

/// Whether a check holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckResult {
    /// The check holds.
    Holds,
    /// The check does not hold.
    Fails(Mismatch),
    /// The check was not made: there was nothing left to look at.
    NotSeen,
}

impl Verdict {
    /// Returns whether every check of every run holds.
    pub fn solved(&self) -> bool {
        !self.runs.is_empty() && self.failed().next().is_none()
    }

    /// Returns the checks that do not hold, in order.
    pub fn failed(&self) -> impl Iterator<Item = &Checked> {
        let all = self.runs.iter().flat_map(|run| &run.checks);
        all.filter(|check| matches!(check.result, CheckResult::Fails(_)))
    }
}
