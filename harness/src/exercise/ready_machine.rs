//! Grades one exercise again and again, each time in a fresh machine that was
//! made ready in the background.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::definition::Exercise;
use super::grade::grade_in;
use super::prepare::{self, Prepared};
use super::verdict::Verdict;
use crate::machine::Machine;
use crate::machines::Machines;
use crate::needed_kernel::NeededKernel;

/// A fresh machine for one exercise, and another one after each grading.
/// Dropping the value ends its machine.
pub struct ReadyMachine {
    exercise: Exercise,
    requests: Sender<()>,
    machines: Receiver<Result<Prepared>>,
}

/// A verdict, with the kernel and the times of its grading.
#[derive(Clone, Debug)]
pub struct TimedVerdict {
    /// The verdict.
    pub verdict: Verdict,
    /// Release of the machine's kernel.
    pub kernel: String,
    /// Time spent waiting for the machine.
    pub waited: Duration,
    /// Duration of the runs, and of the looks at the kernel.
    pub run: Duration,
}

impl ReadyMachine {
    /// Begins to make the first machine, and returns at once.
    pub fn new(
        workspace: &Path,
        exercise: &Exercise,
        needed: Option<NeededKernel>,
    ) -> Self {
        let (requests, wanted) = mpsc::channel();
        let (sender, machines) = mpsc::channel();
        let folder = workspace.to_path_buf();
        let own = exercise.clone();
        // QEMU ends with the thread that started it, so this thread stays.
        thread::spawn(move || {
            make_machines(&folder, &own, needed.as_ref(), &wanted, &sender);
        });
        let ready = Self {
            exercise: exercise.clone(),
            requests,
            machines,
        };
        ready.request();
        ready
    }

    /// Asks for another machine. If the thread is gone, `grade` reports why.
    fn request(&self) {
        let _ = self.requests.send(());
    }

    /// Grades a program in the machine that is ready, and begins to make the
    /// next.
    ///
    /// An error is the fault of the harness or of the computer, never of the
    /// program.
    pub fn grade(&mut self, program: &[u8]) -> Result<TimedVerdict> {
        let begin = Instant::now();
        let next = self.machines.recv();
        let prepared = next.context("no machine is made any more")??;
        let waited = begin.elapsed();
        let begin = Instant::now();
        let kernel = prepared.machine.kernel().to_owned();
        let verdict = grade_in(&self.exercise, program, prepared);
        let run = begin.elapsed();
        self.request();
        Ok(TimedVerdict {
            verdict: verdict?,
            kernel,
            waited,
            run,
        })
    }
}

fn make_machines(
    workspace: &Path,
    exercise: &Exercise,
    needed: Option<&NeededKernel>,
    wanted: &Receiver<()>,
    sender: &Sender<Result<Prepared>>,
) {
    // A machine that is kept ready would keep other processes waiting.
    let waits = false;
    let opened = Machines::open_with_machine(workspace, needed, waits);
    let (mut machines, machine) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            // A receiver that is gone needs no answer.
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

/// Prepares the first machine, or another one.
fn make_one(
    machines: &mut Machines,
    first: Option<Machine>,
    exercise: &Exercise,
) -> Result<Prepared> {
    let machine = match first {
        Some(machine) => machine,
        None => machines.machine()?,
    };
    Ok(prepare::prepare(exercise, machine)?)
}
