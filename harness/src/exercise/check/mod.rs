//! `just check 3.1`: grades a learner's program, or the answer.
//!
//! # Layout
//!
//! * here: which of both an exercise asks for
//! * `program`: builds, grades, prints
//! * `answer`: compares, prints

mod answer;
mod program;

use anyhow::Result;
use tr::tr;

use super::assignment::Assignment;
use super::definition::Kind;
use crate::errln;
use crate::exit_code::USAGE;

/// Checks an assignment and returns the exit code.
pub fn run(assignment: &Assignment, answer: Option<&str>) -> Result<u8> {
    let number = assignment.number();
    let find = assignment.entry.exercise.kind == Kind::Find;
    match answer {
        Some(answer) if find => answer::check(assignment, answer),
        Some(_) => usage(&tr!(
            "It is a program that is asked for: just check {number}",
            number
        )),
        None if find => usage(&tr!(
            "What did you find? just check {number} ANSWER",
            number
        )),
        None if !assignment.has_begun() => usage(&tr!(
            "You have not begun it yet: just exercise {number}",
            number
        )),
        None => program::check(assignment),
    }
}

fn usage(message: &str) -> Result<u8> {
    errln!("{message}");
    Ok(USAGE)
}
