//! Output of a program, and answers of a learner.

use tr::tr;

use crate::mismatch::{Judgement, Mismatch, or_nothing};

/// Judges whether two texts are equal, but for white space around them.
pub(super) fn equal(expected: &str, got: &str) -> Judgement {
    let expected = expected.trim();
    let got = got.trim();
    if expected == got {
        return Ok(());
    }
    Err(Mismatch::new(or_nothing(expected), or_nothing(got)))
}

/// Judges whether a text contains another one.
pub(super) fn has(expected: &str, got: &str) -> Judgement {
    if got.contains(expected.trim()) {
        return Ok(());
    }
    let expected = format!("... {} ...", expected.trim());
    Err(Mismatch::new(expected, or_nothing(got.trim())))
}

/// Judges whether two answers are equal. A mismatch does not tell the answer.
pub(super) fn equal_answers(expected: &str, got: &str) -> Judgement {
    if normal_answer(expected) == normal_answer(got) {
        return Ok(());
    }
    Err(Mismatch::new(tr!("another answer"), got))
}

/// Returns an answer without white space around it, in lowercase.
pub fn normal_answer(text: &str) -> String {
    text.trim().to_lowercase()
}
