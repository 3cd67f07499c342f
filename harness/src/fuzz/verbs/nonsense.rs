//! Words in no order that makes sense.

use fastrand::Rng;

use crate::fuzz::odd::{self, one_of};
use crate::fuzz::step::Verb;

/// Puts words in a random order.
pub(in crate::fuzz) fn nonsense(rng: &mut Rng) -> Verb {
    let known = [
        "run", "exec", "ps", "rm", "stop", "inspect", "-f", "-a", "--help",
        "--rm", "--name", "busybox", "true", "kill", "-s", "images", "--net",
    ];
    let word = |rng: &mut Rng| {
        if rng.bool() {
            one_of(rng, &known).as_bytes().to_vec()
        } else {
            odd::word(rng)
        }
    };
    let count = rng.usize(..6);
    Verb {
        words: (0..count).map(|_| word(rng)).collect(),
        is_read: true,
        ..Verb::default()
    }
}
