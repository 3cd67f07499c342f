//! The difference between an expectation and an observation.

use serde::{Deserialize, Serialize};
use tr::tr;

/// An expectation, and the observation that differs from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// Expectation, in a few words or lines.
    pub expected: String,
    /// Observation, in a few words or lines.
    pub got: String,
    /// Whether there was no process to look at.
    pub absent: bool,
}

/// Whether an assertion holds, or the mismatch.
pub type Judgement = Result<(), Mismatch>;

impl Mismatch {
    /// Returns a mismatch of something that was there.
    pub fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            got: got.into(),
            absent: false,
        }
    }

    /// Returns a mismatch of a process that was not there.
    pub fn absent(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self {
            absent: true,
            ..Self::new(expected, got)
        }
    }
}

/// Returns the text, or words for an empty one.
pub fn or_nothing(text: &str) -> String {
    if text.is_empty() {
        return tr!("(nothing)");
    }
    text.to_owned()
}
