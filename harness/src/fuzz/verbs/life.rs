//! Verbs that change the state of a container.

use fastrand::Rng;

use super::words::{reference, words};
use crate::fuzz::odd::{once_in, one_of};
use crate::fuzz::step::Verb;

/// Verbs that change the state of a container, and their options.
const LIFE: [&[&str]; 12] = [
    &["start"],
    &["stop", "-t", "0"],
    &["stop", "-t", "1"],
    &["restart", "-t", "0"],
    &["restart", "-t", "1"],
    &["kill"],
    &["kill", "-s", "TERM"],
    &["kill", "-s", "STOP"],
    &["kill", "-s", "USR1"],
    &["rm"],
    &["rm", "-f"],
    &["rm", "-f"],
];

/// Changes the state of a container.
pub(in crate::fuzz) fn life(rng: &mut Rng) -> Verb {
    let mut words = words(one_of(rng, &LIFE));
    words.push(reference(rng));
    if once_in(rng, 6) {
        words.push(reference(rng));
    }
    Verb {
        words,
        is_read: true,
        ..Verb::default()
    }
}
