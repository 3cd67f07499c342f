//! Many lessons at once, each in a machine of its own.

use std::panic;
use std::thread;

use super::{Run, Subject};
use crate::machine::Failure;
use crate::machines::Machines;

/// Plays all of them, as many at once as machines may run. `after` hears of
/// each when it and all before it have ended.
///
/// A machine ends with the thread that started it, so each lesson has one.
pub fn run<'a>(
    machines: &Machines,
    subjects: &'a [Subject],
    mut after: impl FnMut(&'a Subject, Result<Run<'a>, Failure>),
) {
    thread::scope(|scope| {
        let play = |subject: &'a Subject| {
            let mut machines = machines.clone();
            scope.spawn(move || {
                let Subject { lesson, source, .. } = subject;
                super::run(lesson, source, machines.machine()?, |_| {})
            })
        };
        let threads: Vec<_> = subjects.iter().map(play).collect();
        for (subject, thread) in subjects.iter().zip(threads) {
            match thread.join() {
                Ok(result) => after(subject, result),
                Err(cause) => panic::resume_unwind(cause),
            }
        }
    });
}
