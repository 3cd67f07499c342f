//! Building and grading, on a thread of its own: the screen does not wait.

use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use crate::exercise::build::Built;
use crate::exercise::catalogue::Entry;
use crate::exercise::grader::{Grader, Report};
use crate::exercise::{Workshop, check};

/// How far it is.
pub enum News {
    /// It compiles; it runs now.
    Compiled,
    /// It is known what came of it.
    Graded(Graded),
    /// This computer cannot, or we have a bug.
    Failed(anyhow::Error),
}

/// What came of it.
pub struct Graded {
    /// How long it took to compile.
    pub compile: Duration,
    /// A report, or the compiler's words.
    pub result: Result<Report, String>,
}

/// Grades on request.
pub struct Grading {
    requests: Sender<()>,
}

impl Grading {
    /// Makes a machine ready, and waits. It tells once of each request.
    pub fn start(
        workspace: &Path,
        workshop: &Workshop,
        entry: &Entry,
        tell: impl Fn(News) + Send + 'static,
    ) -> Self {
        let (requests, wanted) = mpsc::channel();
        let grader = Grader::new(workspace, &entry.exercise);
        let workshop = workshop.clone();
        let entry = entry.clone();
        thread::spawn(move || {
            let mut work = Work {
                workshop,
                entry,
                grader,
                tell: Last(tell),
            };
            while wanted.recv().is_ok() {
                let news = match work.once() {
                    Ok(graded) => News::Graded(graded),
                    Err(error) => News::Failed(error),
                };
                (work.tell.0)(news);
            }
        });
        Self { requests }
    }

    /// Grades what is in the file now.
    pub fn request(&self) {
        // If nobody is there to do it, that has been told.
        let _ = self.requests.send(());
    }
}

/// Whoever waits for news hears of a bug too.
struct Last<F: Fn(News)>(F);

impl<F: Fn(News)> Drop for Last<F> {
    fn drop(&mut self) {
        (self.0)(News::Failed(anyhow!("the thread that grades has ended")));
    }
}

struct Work<F: Fn(News)> {
    workshop: Workshop,
    entry: Entry,
    grader: Grader,
    tell: Last<F>,
}

impl<F: Fn(News)> Work<F> {
    fn once(&mut self) -> Result<Graded> {
        let begin = Instant::now();
        let built = self.workshop.build(&self.entry, false)?;
        let compile = begin.elapsed();
        let result = match built {
            Built::Program(program) => {
                (self.tell.0)(News::Compiled);
                Ok(self.grade(&program)?)
            }
            Built::DoesNotCompile(errors) => Err(errors),
        };
        let verdict = result.as_ref().ok().map(|report| &report.verdict);
        check::remember_program(&self.workshop, &self.entry, verdict);
        Ok(Graded { compile, result })
    }

    /// The machine that was ready may have been lost while nobody looked.
    fn grade(&mut self, program: &[u8]) -> Result<Report> {
        let first = self.grader.grade(program);
        first.or_else(|_| self.grader.grade(program))
    }
}
