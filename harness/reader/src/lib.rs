//! Lessons, machines and the player: everything that reading a chapter needs.
//!
//! This package is separate, so that the first chapter need not wait for the
//! build of code that only exercises, teachers or measurements use.
//! **Invariant:** nothing here uses the package `harness`.

#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod binaries;
pub mod compare;
pub mod course;
pub mod doctor;
pub mod entry;
pub mod exit_code;
pub mod input;
pub mod labels;
pub mod lesson;
pub mod machine;
pub mod machines;
pub mod needed_kernel;
pub mod output;
pub mod player;
pub mod prediction;
pub mod progress;
pub mod reading;
pub mod scene;
pub mod session;
pub mod shell;
pub mod snapshot_text;
pub mod stages;
pub mod terminal;
pub mod verify;
pub mod walk;
pub mod work_folder;

use std::sync::Arc;

use ::language::words::Words;

/// Makes this crate print these words.
pub fn speak(words: &Arc<Words>) {
    tr::set_translator!(Arc::clone(words));
}
