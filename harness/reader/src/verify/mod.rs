//! Plays a lesson straight through and compares everything with the book:
//! each command's output and exit status, and the facts after each step.
//!
//! # Layout
//!
//! * here: [`play`], which plays a lesson and collects the differences
//! * [`side_by_side`]: plays many lessons at once
//! * [`report`]: writes a run as text, for a person and for a pipe
//! * [`unproved`]: finds version marks that no run has shown to be needed
//! * [`bless`]: rewrites the lesson from what has happened

pub mod bless;
pub mod report;
pub mod side_by_side;
pub mod unproved;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::compare::Difference;
use crate::course::LessonFile;
use crate::lesson::{Step, Versions};
use crate::machine::{Failure, Machine};
use crate::session::Interruption;
use crate::snapshots;
use crate::walk::{CommandRun, StepFacts, Walk};

/// A step that was played.
#[derive(Debug)]
pub struct StepRun<'a> {
    /// The step in the lesson.
    pub step: &'a Step,
    /// Commands that were run.
    pub commands: Vec<CommandRun<'a>>,
    /// Differences of the shown programs from their files.
    pub programs: Vec<Difference>,
    /// Facts after the step.
    pub facts: StepFacts,
    /// Whether all commands were run.
    pub complete: bool,
}

/// A lesson that was played.
#[derive(Debug)]
pub struct Run<'a> {
    /// Steps, as far as the lesson was played.
    pub steps: Vec<StepRun<'a>>,
    /// Snapshots that belong to no step of the lesson.
    pub orphans: Vec<PathBuf>,
    /// Versions of the kernel and of the tools.
    pub versions: Versions,
    /// Reason why the lesson was not played to its end.
    pub interruption: Option<Interruption>,
    /// Time that the commands took.
    pub run_time: Duration,
    /// Time that comparing took.
    pub compare_time: Duration,
}

impl StepRun<'_> {
    /// Returns the differences from the book: commands, programs, facts.
    pub fn differences(&self) -> impl Iterator<Item = &Difference> {
        let commands = self.commands.iter();
        commands
            .filter_map(|run| run.difference.as_ref())
            .chain(&self.programs)
            .chain(&self.facts.difference)
    }

    /// Returns whether the step differs from the book.
    pub fn differs(&self) -> bool {
        self.differences().next().is_some()
    }
}

impl Run<'_> {
    /// Returns whether everything was as in the book.
    pub fn as_in_the_book(&self) -> bool {
        self.interruption.is_none()
            && self.orphans.is_empty()
            && !self.steps.iter().any(StepRun::differs)
    }

    /// Counts the commands that were run.
    pub fn commands(&self) -> usize {
        self.steps.iter().map(|step| step.commands.len()).sum()
    }
}

/// Plays a lesson in the machine and calls `after` at the end of each step.
pub fn play<'a>(
    file: &'a LessonFile,
    machine: Machine,
    mut after: impl FnMut(&StepRun<'a>),
) -> Result<Run<'a>, Failure> {
    let begin = Instant::now();
    let steps = &file.lesson.steps;
    let mut walk = Walk::begin(file, machine)?;
    let mut run = Run {
        steps: Vec::new(),
        orphans: snapshots::orphans(&file.snapshots, steps).unwrap_or_default(),
        versions: walk.session().versions(),
        interruption: None,
        run_time: Duration::ZERO,
        compare_time: Duration::ZERO,
    };
    for step in steps {
        let mut commands = Vec::new();
        let result = run_commands(step, &mut walk, &mut commands);
        run.interruption = result.err();
        let complete = run.interruption.is_none();
        let mut facts = walk.facts_after(step);
        if !complete {
            // The snapshot shows the facts at the end of the step.
            facts.difference = None;
        }
        let programs = step.programs();
        let programs = programs
            .filter_map(|program| walk.program_difference(program))
            .collect();
        let step_run = StepRun {
            step,
            commands,
            programs,
            facts,
            complete,
        };
        after(&step_run);
        run.steps.push(step_run);
        if !complete {
            break;
        }
    }
    run.compare_time = walk.compare_time();
    run.run_time = begin.elapsed().saturating_sub(run.compare_time);
    Ok(run)
}

/// Runs the commands of a step, up to an interruption.
fn run_commands<'a>(
    step: &Step,
    walk: &mut Walk<'a>,
    runs: &mut Vec<CommandRun<'a>>,
) -> Result<(), Interruption> {
    for _ in step.commands() {
        runs.extend(walk.run_next()?);
    }
    Ok(())
}
