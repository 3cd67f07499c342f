//! An attempt of a learner: the program is built and graded.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::assignment::Assignment;
use super::build::Built;
use super::failed_run::FailedRun;
use super::ready_machine::TimedVerdict;

/// An attempt of a learner.
pub struct Attempt {
    /// Duration of compiling.
    pub compile: Duration,
    /// The verdict, or the errors of the compiler.
    pub result: Result<TimedVerdict, String>,
}

impl Attempt {
    /// Builds the program of an assignment, and has it graded if it compiles.
    pub fn make(
        assignment: &Assignment,
        colour: bool,
        grade: impl FnOnce(&[u8]) -> Result<TimedVerdict>,
    ) -> Result<Self> {
        let begin = Instant::now();
        let built = assignment.build(colour)?;
        let compile = begin.elapsed();
        let result = match built {
            Built::Program(program) => Ok(grade(&program)?),
            Built::DoesNotCompile(errors) => Err(errors),
        };
        Ok(Self { compile, result })
    }

    /// Returns whether the exercise is solved.
    pub fn solved(&self) -> bool {
        let report = self.result.as_ref();
        report.is_ok_and(|report| report.verdict.solved())
    }

    /// Returns the failed run, if the program has named an error.
    pub fn failed_run(&self, assignment: &Assignment) -> Option<FailedRun> {
        let report = self.result.as_ref().ok()?;
        let exercise = &assignment.entry.exercise;
        FailedRun::of(assignment.number(), exercise, report)
    }

    /// Records the attempt.
    pub fn remember(&self, assignment: &Assignment) {
        assignment.remember(|done| match &self.result {
            Ok(report) => done.count(&report.verdict),
            Err(_) => done.miss_to_compile(),
        });
        assignment.remember_failed(self.failed_run(assignment).as_ref());
    }
}
