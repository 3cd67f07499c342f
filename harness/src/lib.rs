//! Plays the lessons in a real Linux machine and proves them.
//!
//! What reading a chapter needs is in a crate of its own, `reader`, which is
//! built alone on a new computer. Its modules are this crate's, too.

#![deny(clippy::print_stdout, clippy::print_stderr)]

pub use reader::*;

pub mod bench;
pub mod docker;
pub mod exercise;
pub mod fuzz;
pub mod outcome;
pub mod sandbox;
pub mod systems;
pub mod teach;
pub mod watch;
