//! The search for a shorter round that breaks the same promise.

use std::time::{Duration, Instant};

use super::promise::{Broken, Finding};
use super::sandboxed::Sandboxed;

/// Time limit of the search.
const ENOUGH: Duration = Duration::from_secs(90);

/// Time limit of a verb during the search, shorter than in a first round.
const PATIENCE: Duration = Duration::from_secs(15);

/// Leaves out steps as long as the same promise is broken: first all steps
/// after the finding, then one after the other. Each shorter round is played
/// before it is accepted, since a finding may be a matter of chance.
pub(super) fn shrink(
    sandboxed: &Sandboxed,
    seed: u64,
    mut keep: Vec<usize>,
    found: Finding,
) -> (Vec<usize>, Finding) {
    let begin = Instant::now();
    let mut found = found.clone();
    let step = found.step;
    let patience = match found.broken {
        Broken::Hung | Broken::Left => PATIENCE.min(sandboxed.patience),
        _ => sandboxed.patience,
    };
    let mut shorter = |shorter: &Vec<usize>| {
        if begin.elapsed() > ENOUGH {
            return None;
        }
        let round = sandboxed.play(seed, Some(shorter), patience);
        let again = round.ok()?.finding?;
        let same = again.broken == found.broken;
        same.then(|| found = again)
    };
    if let Some(last) = keep.iter().position(|it| *it == step) {
        let until = keep[..=last].to_vec();
        if until.len() < keep.len() && shorter(&until).is_some() {
            keep = until;
        }
    }
    for place in (0..keep.len()).rev() {
        let mut without = keep.clone();
        without.remove(place);
        if !without.is_empty() && shorter(&without).is_some() {
            keep = without;
        }
    }
    (keep, found)
}
