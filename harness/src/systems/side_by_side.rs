//! Systems side by side.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::chosen::System;
use super::outcome::{Outcome, Plan};
use super::{process, table};
use crate::{progress, side_by_side};

/// Plays all systems, and returns the outcomes in their order. When a system
/// ends, its row is printed, with the first difference above it.
pub(super) fn play(
    plan: &Plan,
    systems: &[System],
    lesson: Option<&Path>,
) -> Vec<Outcome> {
    let line = progress::start("playing");
    let count = systems.len();
    let parts = count * plan.count();
    let done = AtomicUsize::new(0);
    // Counts a lesson or exercise, in the line of progress.
    let report = || {
        let done = done.fetch_add(1, Ordering::SeqCst) + 1;
        line.say(format!(
            "playing {count} systems, {done} of {parts} lessons and exercises"
        ));
    };
    side_by_side::each(
        systems,
        |system| process::play(system, count, lesson, report),
        |outcome| line.print(&table::row(plan, outcome)),
    )
}
