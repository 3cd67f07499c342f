//! `container import`.

use fastrand::Rng;

use super::words::words;
use crate::fuzz::image::Image;
use crate::fuzz::odd::{self, once_in, one_of};
use crate::fuzz::step::{Input, Verb};

/// Imports an image.
pub(in crate::fuzz) fn import(rng: &mut Rng) -> Verb {
    let mut words = words(&["import"]);
    if once_in(rng, 5) {
        let word = one_of(rng, &["CMD ", "EXPOSE ", "ENV ", ""]);
        words.push(b"-c".to_vec());
        words.push([word.as_bytes(), &odd::word(rng)].concat());
    }
    words.push(b"-".to_vec());
    words.push(match rng.usize(..8) {
        0 => odd::word(rng),
        _ => b"evil".to_vec(),
    });
    let input = match rng.usize(..10) {
        0 => Input::Bytes(odd::bytes(rng)),
        _ => Input::Image(Image::any(rng)),
    };
    Verb {
        words,
        input,
        is_read: true,
        ..Verb::default()
    }
}
