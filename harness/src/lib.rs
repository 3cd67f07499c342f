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
pub mod systems;
pub mod teach;
pub mod watch;

use std::path::Path;

use anyhow::Result;

/// Makes this crate and `reader` print their words in the current language.
///
/// # Errors
///
/// The catalogue of the words is damaged.
pub fn speak(workspace: &Path) -> Result<()> {
    reader::speak(workspace)?;
    why::speak(workspace)?;
    tr::set_translator!(language::words::load(workspace)?);
    Ok(())
}
