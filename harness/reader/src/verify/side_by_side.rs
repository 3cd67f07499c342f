//! Plays many lessons at once, each in its own machine.

use std::panic;
use std::thread;

use anyhow::Result;

use super::Run;
use crate::course::LessonFile;
use crate::machines::Machines;

/// Plays all of these lessons, as many at once as machines may run, and calls
/// `after` for each, in their order.
///
/// An error is the machine's [`Failure`](crate::machine::Failure), or the
/// refusal of a kernel that is [`TooOld`](crate::needed_kernel::TooOld) for the lesson.
/// A machine ends with the thread that started it, so each lesson has a thread.
pub fn play<'a>(
    machines: &Machines,
    files: &'a [LessonFile],
    mut after: impl FnMut(&'a LessonFile, Result<Run<'a>>),
) {
    thread::scope(|scope| {
        let start = |file: &'a LessonFile| {
            let mut machines = machines.clone();
            scope.spawn(move || {
                let needed = file.needed_kernel();
                machines.can_play(needed.as_ref())?;
                Ok(super::play(file, machines.machine()?, |_| {})?)
            })
        };
        let threads: Vec<_> = files.iter().map(start).collect();
        for (file, thread) in files.iter().zip(threads) {
            match thread.join() {
                Ok(result) => after(file, result),
                Err(cause) => panic::resume_unwind(cause),
            }
        }
    });
}
