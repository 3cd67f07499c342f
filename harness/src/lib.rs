//! Plays the lessons in a real Linux machine and proves them.
//!
//! The crate `reader` holds all that is needed to read a chapter, so that a new
//! computer builds that crate alone. Its modules are re-exported here.

#![deny(clippy::print_stdout, clippy::print_stderr)]

pub use reader::*;

pub mod bench;
pub mod cache;
pub mod docker;
pub mod exercise;
pub mod fuzz;
pub mod outcome;
pub mod picture;
pub mod sandbox;
pub mod shares;
pub mod side_by_side;
pub mod since;
pub mod systems;
pub mod teach;
pub mod watch;
pub mod whole_file;

use std::sync::Arc;

use language::words::Words;

/// Makes this crate, `reader` and `why` print these words.
pub fn speak(words: &Arc<Words>) {
    reader::speak(words);
    why::speak(words);
    tr::set_translator!(Arc::clone(words));
}
