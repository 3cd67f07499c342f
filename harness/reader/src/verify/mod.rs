//! Plays a lesson straight through and holds everything against the book:
//! each command's output and exit status, and after each step the facts.
//!
//! # Layout
//!
//! * here: [`run`], which plays a lesson and collects what it found
//! * [`subject`]: the lesson, its name and its place
//! * [`side_by_side`]: many lessons at once
//! * [`report`]: what of it is printed, for a person and in a pipe
//! * [`unproved`]: marks of versions that nothing has shown
//! * [`bless`]: what has happened becomes what the lesson says

pub mod bless;
pub mod report;
pub mod side_by_side;
pub mod subject;
pub mod unproved;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::compare::{self, Difference, snapshots};
use crate::lesson::{Command, Lesson, Step, Versions};
use crate::machine::{Failure, Machine};
use crate::session::{Interruption, Played, Session};
use crate::snapshot_text;
pub use subject::Subject;

/// Where a lesson comes from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The lesson's file, as messages name it.
    pub path: PathBuf,
    /// The folder of its snapshots.
    pub snapshots: PathBuf,
}

/// What happened to one command.
#[derive(Debug)]
pub struct CommandRun<'a> {
    /// The command.
    pub command: &'a Command,
    /// What came of it.
    pub played: Played,
}

/// What happened in one step.
#[derive(Debug)]
pub struct StepRun<'a> {
    /// The step.
    pub step: &'a Step,
    /// Its commands.
    pub commands: Vec<CommandRun<'a>>,
    /// What the kernel held after it.
    pub facts: String,
    /// Where it was not as in the book.
    pub differences: Vec<Difference>,
    /// All its commands were run.
    pub complete: bool,
}

/// What happened in a lesson.
#[derive(Debug)]
pub struct Run<'a> {
    /// Its steps, as far as they were played.
    pub steps: Vec<StepRun<'a>>,
    /// Snapshots of steps the lesson does not have.
    pub orphans: Vec<PathBuf>,
    /// The versions of the kernel and of tools they were played with.
    pub versions: Versions,
    /// Why it was not played to its end.
    pub interruption: Option<Interruption>,
    /// The time the commands took.
    pub run_time: Duration,
    /// The time comparing took.
    pub compare_time: Duration,
}

impl Run<'_> {
    /// Whether everything was as in the book.
    pub fn as_in_the_book(&self) -> bool {
        self.interruption.is_none()
            && self.orphans.is_empty()
            && self.steps.iter().all(|step| step.differences.is_empty())
    }

    /// How many commands were run.
    pub fn commands(&self) -> usize {
        self.steps.iter().map(|step| step.commands.len()).sum()
    }
}

/// Plays the lesson in the machine; `after` hears of each step when it ends.
pub fn run<'a>(
    lesson: &'a Lesson,
    source: &Source,
    machine: Machine,
    mut after: impl FnMut(&StepRun<'a>),
) -> Result<Run<'a>, Failure> {
    let begin = Instant::now();
    let mut session = Session::begin(lesson, machine)?;
    let mut run = Run {
        steps: Vec::new(),
        orphans: snapshots::orphans(&source.snapshots, &lesson.steps)
            .unwrap_or_default(),
        versions: session.versions(),
        interruption: None,
        run_time: Duration::ZERO,
        compare_time: Duration::ZERO,
    };
    for step in &lesson.steps {
        let (step_run, interruption) = play(step, &mut session, source);
        run.compare_time += step_run.1;
        after(&step_run.0);
        run.steps.push(step_run.0);
        if interruption.is_some() {
            run.interruption = interruption;
            break;
        }
    }
    run.run_time = begin.elapsed().saturating_sub(run.compare_time);
    Ok(run)
}

/// Plays one step; with it, how long comparing took.
fn play<'a>(
    step: &'a Step,
    session: &mut Session<'a>,
    source: &Source,
) -> ((StepRun<'a>, Duration), Option<Interruption>) {
    let mut commands = Vec::new();
    let mut interruption = None;
    for command in step.commands() {
        match session.run_next() {
            Ok(Some(played)) => commands.push(CommandRun { command, played }),
            Ok(None) => break,
            Err(error) => {
                interruption = Some(error);
                break;
            }
        }
    }
    let begin = Instant::now();
    let facts = snapshot_text::text(session.facts(), session.namer());
    let versions = session.versions();
    let mut differences = differences(&commands, &versions, source);
    if interruption.is_none() {
        let found = snapshot_difference(step, &facts, &versions, source);
        differences.extend(found);
    }
    let run = StepRun {
        step,
        commands,
        facts,
        differences,
        complete: interruption.is_none(),
    };
    ((run, begin.elapsed()), interruption)
}

fn differences(
    commands: &[CommandRun<'_>],
    versions: &Versions,
    source: &Source,
) -> Vec<Difference> {
    commands
        .iter()
        .filter_map(|CommandRun { command, played }| {
            let Played { normal, status, .. } = played;
            let path = &source.path;
            compare::output(path, command, versions, normal, *status).err()
        })
        .collect()
}

/// Whether these facts are the ones of the step's snapshot file.
pub fn snapshot_difference(
    step: &Step,
    facts: &str,
    versions: &Versions,
    source: &Source,
) -> Option<Difference> {
    let path = snapshots::path(&source.snapshots, step);
    let expected = snapshots::read(&path).ok().flatten().unwrap_or_default();
    let shown = crate::course::shown_path(&path);
    compare::snapshot(&shown, &expected, versions, facts).err()
}
