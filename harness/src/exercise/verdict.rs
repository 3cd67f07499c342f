//! What came of grading.

use std::time::Duration;

use super::assertion::Mismatch;

/// Checks that every run has without being asked: it ends in time, and the
/// machine is still there after it.
pub const IMPLICIT: [&str; 2] = [ENDS, SURVIVES];

/// The program ends in time.
pub const ENDS: &str = "ends";

/// The machine is still there.
pub const SURVIVES: &str = "survives";

/// What came of grading a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The runs, up to the first with a failed check.
    pub runs: Vec<Graded>,
    /// What to say about the failure.
    pub feedback: Option<Said>,
    /// How long that took, of the machine's time.
    pub took: Duration,
}

/// Feedback that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its name in the exercise; none: it is the same in every exercise.
    pub id: Option<String>,
    /// The text.
    pub text: String,
}

/// What came of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graded {
    /// The command line, with this run's values.
    pub line: String,
    /// The checks, in order.
    pub checks: Vec<Checked>,
    /// What the program and the command printed, all of it.
    pub printed: String,
    /// What they complained about.
    pub complained: String,
    /// How it ended, as a shell shows it; none: it did not.
    pub status: Option<u8>,
}

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Its name in the exercise, or one of [`IMPLICIT`].
    pub id: String,
    /// What was to be true.
    pub what: String,
    /// Whether it is.
    pub result: CheckResult,
}

/// Whether a check holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckResult {
    /// It does.
    Holds,
    /// It does not.
    Fails(Mismatch),
    /// Nobody could look any more.
    NotSeen,
}

impl Verdict {
    /// Every check of every run holds.
    pub fn solved(&self) -> bool {
        !self.runs.is_empty() && self.failed().next().is_none()
    }

    /// The checks that do not hold, in order.
    pub fn failed(&self) -> impl Iterator<Item = &Checked> {
        let all = self.runs.iter().flat_map(|run| &run.checks);
        all.filter(|check| matches!(check.result, CheckResult::Fails(_)))
    }
}
