//! Grades submissions, each in a machine of its own, as many at the same time
//! as there are processors.

use std::num::NonZero;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::compile::Compiled;
use super::submissions::{Found, Submission};
use crate::exercise::catalogue::{Entry, Number};
use crate::exercise::grade;
use crate::exercise::verdict::{SURVIVES, Verdict};
use crate::machines::Machines;

/// The grade of a submission.
#[derive(Clone, Debug)]
pub struct Grade {
    /// Name of the student.
    pub student: String,
    /// Number of the exercise.
    pub number: Number,
    /// The mark.
    pub mark: Mark,
    /// Duration, without compiling.
    pub time: Duration,
}

/// The mark of a submission.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Mark {
    /// The program was run.
    Graded(Verdict),
    /// The program does not compile: the compiler's errors.
    DoesNotCompile(String),
    /// The computer failed, or the harness has a bug.
    NotGraded(String),
}

impl Grade {
    /// Returns whether every check holds.
    pub fn solved(&self) -> bool {
        matches!(&self.mark, Mark::Graded(verdict) if verdict.solved())
    }

    /// Returns whether there is no grade, by a fault of the computer.
    pub fn is_missing(&self) -> bool {
        matches!(self.mark, Mark::NotGraded(_))
    }
}

/// Returns the number of processors, as the number of machines.
pub fn most_at_once() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// A program to grade.
struct Job<'a> {
    index: usize,
    submission: &'a Submission,
    entry: &'a Entry,
    program: &'a [u8],
}

impl Job<'_> {
    fn grade(&self, machines: &mut Machines) -> Result<Verdict> {
        let needed = self.entry.needed_kernel()?;
        machines.can_play(needed.as_ref())?;
        grade(&self.entry.exercise, self.program, machines)
    }
}

/// Grades all submissions, and returns the grades in their order. Calls `tell`
/// as soon as a grade is known.
pub fn mark_all(
    workspace: &Path,
    found: &Found,
    compiled: &[Compiled],
    at_once: usize,
    mut tell: impl FnMut(&Grade),
) -> Result<Vec<Grade>> {
    let mut grades = vec![None; found.submissions.len()];
    let mut jobs = Vec::new();
    let all = found.submissions.iter().zip(compiled).enumerate();
    for (index, (submission, compiled)) in all {
        match compiled {
            Compiled::Program(program) => jobs.push(Job {
                index,
                submission,
                entry: found.entry(submission.number).context("known")?,
                program,
            }),
            Compiled::Not(errors) => {
                let mark = Mark::DoesNotCompile(errors.clone());
                let grade = submission.grade(mark, Duration::ZERO);
                tell(&grade);
                grades[index] = Some(grade);
            }
        }
    }
    if !jobs.is_empty() {
        let machines = Machines::open(workspace)?;
        run_all(&machines, jobs, at_once, |index, grade| {
            tell(&grade);
            grades[index] = Some(grade);
        });
    }
    let all = grades.into_iter().zip(&found.submissions);
    Ok(all
        .map(|(grade, whose)| grade.unwrap_or_else(|| lost(whose)))
        .collect())
}

/// Runs all jobs side by side, and those with a doubtful grade once more, one
/// at a time. Calls `done` with the index and the grade of each job.
fn run_all(
    machines: &Machines,
    jobs: Vec<Job<'_>>,
    at_once: usize,
    mut done: impl FnMut(usize, Grade),
) {
    let mut again = Vec::new();
    run(machines, jobs, at_once, |job, grade| {
        if doubtful(&grade) {
            again.push(job);
        } else {
            done(job.index, grade);
        }
    });
    run(machines, again, 1, |job, grade| done(job.index, grade));
}

/// Returns whether other work of the computer may be the cause of the grade.
fn doubtful(grade: &Grade) -> bool {
    match &grade.mark {
        Mark::Graded(verdict) => verdict.failed().any(|it| it.id == SURVIVES),
        Mark::DoesNotCompile(_) => false,
        Mark::NotGraded(_) => true,
    }
}

fn lost(submission: &Submission) -> Grade {
    let why = "the harness lost it: this is a bug of the harness".to_owned();
    submission.grade(Mark::NotGraded(why), Duration::ZERO)
}

/// Grades in some threads, each with one machine after the other: a machine
/// ends with the thread that started it.
fn run<'a>(
    machines: &Machines,
    jobs: Vec<Job<'a>>,
    at_once: usize,
    mut done: impl FnMut(Job<'a>, Grade),
) {
    let threads = at_once.min(jobs.len());
    let queue = Mutex::new(jobs.into_iter());
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let own = machines.clone();
            let sender = sender.clone();
            let queue = &queue;
            scope.spawn(move || one_after_the_other(own, queue, &sender));
        }
        drop(sender);
        for (job, grade) in results {
            done(job, grade);
        }
    });
}

fn one_after_the_other<'a>(
    mut machines: Machines,
    queue: &Mutex<std::vec::IntoIter<Job<'a>>>,
    results: &Sender<(Job<'a>, Grade)>,
) {
    let next = || queue.lock().ok()?.next();
    while let Some(job) = next() {
        let begin = Instant::now();
        let mark = match job.grade(&mut machines) {
            Ok(verdict) => Mark::Graded(verdict),
            Err(error) => Mark::NotGraded(format!("{error:#}")),
        };
        let grade = job.submission.grade(mark, begin.elapsed());
        if results.send((job, grade)).is_err() {
            return;
        }
    }
}

impl Submission {
    fn grade(&self, mark: Mark, time: Duration) -> Grade {
        Grade {
            student: self.student.clone(),
            number: self.number,
            mark,
            time,
        }
    }
}
