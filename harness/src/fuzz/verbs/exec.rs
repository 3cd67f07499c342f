//! `container exec`.

use fastrand::Rng;

use super::words::{killed, lasts, reference, shell, words};
use crate::fuzz::inside;
use crate::fuzz::odd::{self, once_in};
use crate::fuzz::step::{Input, Verb};

/// Runs another program in a container.
pub(in crate::fuzz) fn exec(rng: &mut Rng) -> Verb {
    let mut words = words(&["exec"]);
    let mut input = Input::Nothing;
    if once_in(rng, 4) {
        words.push(b"-i".to_vec());
        input = Input::Bytes(odd::bytes(rng));
    }
    if once_in(rng, 5) {
        words.push(b"-t".to_vec());
    }
    words.push(reference(rng));
    let mut verb = Verb {
        words,
        input,
        is_read: true,
        ..Verb::default()
    };
    if once_in(rng, 8) {
        verb.words.push(odd::word(rng));
        return verb;
    }
    // The container may have changed the program.
    let program = inside::short(rng);
    verb.words.extend(shell(program.clone()));
    if lasts(&program, &verb) {
        verb.fate = killed(rng, 1500);
    }
    verb
}
