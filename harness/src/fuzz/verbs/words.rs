//! Words and ends that verbs share.

use std::time::Duration;

use fastrand::Rng;

use crate::fuzz::inside::Program;
use crate::fuzz::odd::{self, one_of};
use crate::fuzz::step::{Fate, ID, Verb};

/// Names of containers. The first one is used more often than the others.
pub(in crate::fuzz) const NAMES: [&str; 5] =
    ["web", "aa", "bb", "ru", "x.y-z_"];

/// Makes words of a verb.
pub(in crate::fuzz) fn words(words: &[&str]) -> Vec<Vec<u8>> {
    words.iter().map(|word| word.as_bytes().to_vec()).collect()
}

/// Returns a word that may refer to a container.
pub(in crate::fuzz) fn reference(rng: &mut Rng) -> Vec<u8> {
    match rng.usize(..20) {
        0..=2 => format!("{ID}{}", rng.usize(..3)).into(),
        3 => odd::word(rng),
        4 => one_of(rng, &["/web", "a", "1", "0", "webb", "we"]).into(),
        5..=13 => NAMES[0].into(),
        14..=17 => NAMES[1].into(),
        _ => one_of(rng, &NAMES).into(),
    }
}

/// Returns the end by a signal, some time after the start.
pub(in crate::fuzz) fn killed(rng: &mut Rng, milliseconds: u64) -> Fate {
    Fate::Killed {
        after: Duration::from_micros(rng.u64(..milliseconds * 1000)),
        signal: one_of(rng, &[9, 9, 9, 15, 2, 1]),
    }
}

/// Returns whether a program does not end by itself, or reads from a terminal
/// at which nobody types.
pub(in crate::fuzz) fn lasts(program: &Program, verb: &Verb) -> bool {
    let tty = verb.words.iter().any(|word| word == b"-t");
    !program.ends || (tty && program.script == b"cat")
}

/// Returns the words of a shell that runs a program.
pub(in crate::fuzz) fn shell(program: Program) -> [Vec<u8>; 3] {
    [b"sh".to_vec(), b"-c".to_vec(), program.script]
}
