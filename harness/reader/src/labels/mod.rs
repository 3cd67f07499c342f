//! Labels, not numbers.
//!
//! The numbers a machine shows (inodes of namespaces, PIDs, hardware addresses)
//! are others in every run. A [`Namer`] renames them by first appearance, so
//! that equal stays equal and different stays different: a lesson can say
//! everything that two runs have in common.
//!
//! # Layout
//!
//! * `namer`: the [`Namer`], which is told of every moment and keeps two
//! * `named`: processes with a name, and processes to watch
//! * [`label`]: labels of namespaces, and the names that are taken
//! * `namespaces`, `processes`, `addresses`, `identifiers`: one label for one
//!   thing, as long as the thing lives
//! * `pattern`: finds the numbers in a command's output
//! * `renaming`: puts labels in their place
//! * `column`: keeps the columns of a table
//! * [`mod@leftover`]: texts that may not be in the output before, nor be left
//!   after
//!
//! **Invariant:** nothing here knows lessons.

mod addresses;
mod column;
mod identifiers;
pub mod label;
pub mod leftover;
mod named;
mod namer;
mod namespaces;
mod pattern;
mod processes;
mod renaming;
#[cfg(test)]
mod tests;

pub use addresses::without_mac;
pub use label::{Label, is_reserved};
pub use leftover::{Leftover, LooksNormalised, leftover};
pub use named::{NamedProcess, Watch};
pub use namer::Namer;
pub use pattern::plain;
