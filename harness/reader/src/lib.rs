//! What reading a chapter needs: lessons, machines, the player.
//!
//! A package of its own, reader/, so that a first chapter waits for nothing
//! that only exercises, teachers or measurements need. **Invariant:** what is
//! here uses nothing of the package harness.

#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod binaries;
pub mod compare;
pub mod course;
pub mod doctor;
pub mod exit_code;
pub mod input;
pub mod labels;
pub mod lesson;
pub mod machine;
pub mod machines;
pub mod output;
pub mod player;
pub mod progress;
pub mod reading;
pub mod session;
pub mod shell;
pub mod snapshot_text;
pub mod terminal;
pub mod verify;
