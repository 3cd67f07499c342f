//! Systems side by side, as many at the same time as there are cores.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;

use super::chosen::System;
use super::outcome::{Outcome, Plan};
use super::{process, table};
use crate::progress::{self, Progress};

/// Plays all systems, and returns the outcomes in their order. When a system
/// ends, its row is printed, with the first difference above it.
pub(super) fn play(
    plan: &Plan,
    systems: &[System],
    lesson: Option<&Path>,
) -> Vec<Outcome> {
    let playing = Playing {
        systems,
        lesson,
        parts: systems.len() * plan.count(),
        next: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        line: progress::start("playing"),
    };
    let (sender, outcomes) = mpsc::channel();
    let mut all = thread::scope(|scope| {
        for _ in 0..at_once().min(systems.len()) {
            let sender = sender.clone();
            let playing = &playing;
            scope.spawn(move || playing.one_after_the_other(&sender));
        }
        drop(sender);
        let mut all = Vec::new();
        for (index, outcome) in outcomes {
            playing.line.print(&table::row(plan, &outcome));
            all.push((index, outcome));
        }
        all
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, outcome)| outcome).collect()
}

fn at_once() -> usize {
    thread::available_parallelism().map_or(1, Into::into)
}

/// The systems that threads play.
struct Playing<'a> {
    systems: &'a [System],
    lesson: Option<&'a Path>,
    /// Number of lessons and exercises on all systems.
    parts: usize,
    /// Index of the next system.
    next: AtomicUsize,
    /// Number of lessons and exercises that were played.
    done: AtomicUsize,
    line: Progress,
}

impl Playing<'_> {
    /// Plays the next system, until there is none.
    fn one_after_the_other(&self, sender: &Sender<(usize, Outcome)>) {
        loop {
            let index = self.next.fetch_add(1, Ordering::SeqCst);
            let Some(system) = self.systems.get(index) else {
                return;
            };
            let count = self.systems.len();
            let outcome =
                process::play(system, count, self.lesson, || self.report());
            if sender.send((index, outcome)).is_err() {
                return;
            }
        }
    }

    /// Counts a lesson or exercise, in the line of progress.
    fn report(&self) {
        let done = self.done.fetch_add(1, Ordering::SeqCst) + 1;
        self.line.say(format!(
            "playing {} systems, {done} of {} lessons and exercises",
            self.systems.len(),
            self.parts
        ));
    }
}
