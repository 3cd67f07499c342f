//! Grades one exercise again and again, each time in a fresh machine that was
//! made ready while nobody waited for it.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::format::Exercise;
use super::grade::grade_in;
use super::prepare::{self, Prepared};
use super::verdict::Verdict;
use crate::machine::Machine;
use crate::machines::Machines;

/// Grades programs of one exercise. Dropping it ends its machine.
pub struct Grader {
    exercise: Exercise,
    requests: Sender<()>,
    machines: Receiver<Result<Ready>>,
}

struct Ready {
    prepared: Prepared,
    took: Duration,
}

/// What came of grading, and how long what took.
#[derive(Clone, Debug)]
pub struct Report {
    /// What came of it.
    pub verdict: Verdict,
    /// The machine's kernel.
    pub kernel: String,
    /// Making the machine, and its state; most of it before it was needed.
    pub machine: Duration,
    /// How long it had still to be waited for.
    pub waited: Duration,
    /// The runs, and the look at them.
    pub run: Duration,
}

impl Grader {
    /// Begins to make the first machine, and returns at once.
    pub fn new(workspace: &Path, exercise: &Exercise) -> Self {
        let (requests, wanted) = mpsc::channel();
        let (sender, machines) = mpsc::channel();
        let folder = workspace.to_path_buf();
        let own = exercise.clone();
        // QEMU ends with the thread that started it: this one stays.
        thread::spawn(move || {
            make_machines(&folder, &own, &wanted, &sender);
        });
        let grader = Self {
            exercise: exercise.clone(),
            requests,
            machines,
        };
        grader.request();
        grader
    }

    /// If nobody listens any more, the next machine says why.
    fn request(&self) {
        let _ = self.requests.send(());
    }

    /// Grades a program in the machine that is ready, and begins to make the
    /// next.
    ///
    /// An error is ours or the computer's, never the program's.
    pub fn grade(&mut self, program: &[u8]) -> Result<Report> {
        let begin = Instant::now();
        let next = self.machines.recv();
        let Ready { prepared, took } =
            next.context("no machine is made any more")??;
        let waited = begin.elapsed();
        let begin = Instant::now();
        let kernel = prepared.machine.kernel().to_owned();
        let verdict = grade_in(&self.exercise, program, prepared);
        let run = begin.elapsed();
        self.request();
        Ok(Report {
            verdict: verdict?,
            kernel,
            machine: took,
            waited,
            run,
        })
    }
}

fn make_machines(
    workspace: &Path,
    exercise: &Exercise,
    wanted: &Receiver<()>,
    sender: &Sender<Result<Ready>>,
) {
    // A machine that is kept ready would keep others waiting.
    let waits = false;
    let opened = Machines::open_with_machine(workspace, waits);
    let (mut machines, machine) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            // Nobody waits for it: nobody is told.
            let _ = sender.send(Err(error));
            return;
        }
    };
    machines.waits = waits;
    let mut first = Some(machine);
    while wanted.recv().is_ok() {
        let ready = make_one(&mut machines, first.take(), exercise);
        if sender.send(ready).is_err() {
            return;
        }
    }
}

/// Of the first machine, or of another.
fn make_one(
    machines: &mut Machines,
    first: Option<Machine>,
    exercise: &Exercise,
) -> Result<Ready> {
    let machine = match first {
        Some(machine) => machine,
        None => machines.machine()?,
    };
    let begin = Instant::now();
    let prepared = prepare::prepare(exercise, machine)?;
    Ok(Ready {
        prepared,
        took: machines.start_time + begin.elapsed(),
    })
}
