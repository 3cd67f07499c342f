//! Plays many lessons at once, each in its own machine.

use std::panic;
use std::thread;

use super::Run;
use crate::course::LessonFile;
use crate::machine::Failure;
use crate::machines::Machines;

/// Plays all of these lessons, as many at once as machines may run, and calls
/// `after` for each, in their order.
///
/// A machine ends with the thread that started it, so each lesson has a thread.
pub fn play<'a>(
    machines: &Machines,
    files: &'a [LessonFile],
    mut after: impl FnMut(&'a LessonFile, Result<Run<'a>, Failure>),
) {
    thread::scope(|scope| {
        let start = |file: &'a LessonFile| {
            let mut machines = machines.clone();
            scope.spawn(move || super::play(file, machines.machine()?, |_| {}))
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
