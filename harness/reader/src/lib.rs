//! Lessons, machines and the player: everything that reading a chapter needs.
//!
//! This package is separate, so that the first chapter need not wait for the
//! build of code that only exercises, teachers or measurements use. The crate
//! `lessons` has the parts that need no machine; its modules are re-exported here.
//! **Invariant:** nothing here uses the package `harness`.

#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod binaries;
pub mod colour;
pub mod course;
pub mod doctor;
pub mod entry;
pub mod exit_code;
pub mod input;
pub mod machine;
pub mod machines;
pub mod needed_kernel;
pub mod output;
pub mod player;
pub mod predictions;
pub mod program_file;
pub mod progress;
pub mod reading;
pub mod session;
pub mod shell;
pub mod snapshots;
pub mod stages;
pub mod terminal;
pub mod verify;
pub mod walk;
pub mod work_folder;

use std::sync::Arc;

use ::language::words::Words;

pub use lessons::{
    compare, labels, lesson, playing, prediction, scene, snapshot_text,
};

/// Makes this crate and `lessons` print these words.
pub fn speak(words: &Arc<Words>) {
    lessons::speak(Arc::clone(words));
    tr::set_translator!(Arc::clone(words));
}
