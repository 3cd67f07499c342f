//! Mistakes that were found in an exercise.

use std::time::Duration;

use crate::exercise::catalogue::Number;
use crate::outln;

/// A mistake in an exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Number of the exercise.
    pub number: Number,
    /// File or field that is wrong.
    pub file: String,
    /// Description of the mistake.
    pub what: String,
}

/// The result of checking one exercise on one kernel.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Number of the exercise.
    pub number: Number,
    /// Title of the exercise.
    pub title: String,
    /// Release of the kernel.
    pub kernel: String,
    /// Mistakes in the exercise.
    pub problems: Vec<Problem>,
    /// Number of gradings of a program or an answer.
    pub graded: usize,
    /// Duration of the check.
    pub took: Duration,
}

impl Examined {
    /// Prints the result.
    pub fn print(&self) {
        let Self {
            number,
            title,
            kernel,
            problems,
            graded,
            took,
        } = self;
        let sign = if problems.is_empty() { "✓" } else { "✗" };
        let times = took.as_secs_f64();
        outln!("{sign} {number:<4} {title}");
        outln!("       {graded} gradings on Linux {kernel} in {times:.1} s");
        for problem in problems {
            outln!("  {number} {}: {}", problem.file, problem.what);
        }
    }
}
