//! A thread that builds and grades, so that the screen does not wait.

use std::sync::mpsc::{self, Sender};
use std::thread;

use anyhow::{Result, anyhow};

use crate::exercise::Assignment;
use crate::exercise::attempt::Attempt;
use crate::exercise::ready_machine::{ReadyMachine, TimedVerdict};

/// News of a grading.
pub enum News {
    /// The program compiles, and runs now.
    Compiled,
    /// The program was graded, or does not compile.
    Graded(Attempt),
    /// The harness or the computer failed.
    Failed(anyhow::Error),
}

/// A thread that grades on request.
pub struct Worker {
    requests: Sender<()>,
}

impl Worker {
    /// Starts the thread, which makes a machine ready and waits. Each request
    /// is answered with news, by calling `tell`.
    pub fn start(
        assignment: &Assignment,
        tell: impl Fn(News) + Send + 'static,
    ) -> Result<Self> {
        let (requests, wanted) = mpsc::channel();
        let assignment = assignment.clone();
        let workspace = assignment.workshop.workspace();
        let exercise = &assignment.entry.exercise;
        let needed = assignment.entry.needed_kernel()?;
        let mut machine = ReadyMachine::new(workspace, exercise, needed);
        thread::spawn(move || {
            let tell = LastWord(tell);
            while wanted.recv().is_ok() {
                let compiled = || (tell.0)(News::Compiled);
                match attempt(&assignment, &mut machine, compiled) {
                    Ok(attempt) => (tell.0)(News::Graded(attempt)),
                    Err(error) => (tell.0)(News::Failed(error)),
                }
            }
        });
        Ok(Self { requests })
    }

    /// Grades the present text of the program.
    pub fn request(&self) {
        // A thread that is gone has told so.
        let _ = self.requests.send(());
    }
}

/// Reports the end of the thread, even after a bug.
struct LastWord<F: Fn(News)>(F);

impl<F: Fn(News)> Drop for LastWord<F> {
    fn drop(&mut self) {
        (self.0)(News::Failed(anyhow!("the thread that grades has ended")));
    }
}

fn attempt(
    assignment: &Assignment,
    machine: &mut ReadyMachine,
    compiled: impl FnOnce(),
) -> Result<Attempt> {
    let attempt = Attempt::make(assignment, false, |program| {
        compiled();
        grade(machine, program)
    })?;
    attempt.remember(assignment);
    Ok(attempt)
}

/// Grades a program, twice if the first machine was lost while it waited.
fn grade(machine: &mut ReadyMachine, program: &[u8]) -> Result<TimedVerdict> {
    let first = machine.grade(program);
    first.or_else(|_| machine.grade(program))
}
