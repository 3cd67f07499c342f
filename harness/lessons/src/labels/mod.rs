//! Labels in place of numbers.
//!
//! The numbers that a machine shows (inodes of namespaces, PIDs, hardware
//! addresses) differ in every run. A [`Namer`] replaces them by labels in the
//! order of their first appearance: equal numbers get equal labels, and
//! different ones different labels. So the output of two runs is the same, and
//! a lesson can contain it.
//!
//! # Layout
//!
//! * `namer`: the [`Namer`], which observes the facts after each command and
//!   keeps the last two
//! * `named`: processes with a name, and processes to watch
//! * [`label`]: labels of namespaces, and the names that labels reserve
//! * `namespaces`, `processes`, `addresses`, `identifiers`: each keeps one
//!   label for each living thing
//! * `pattern`: finds the numbers in a command's output
//! * `renaming`: replaces the numbers by labels
//! * `column`: keeps the columns of a table aligned
//! * [`mod@leftover`]: refuses labels before the renaming, and numbers after it
//!
//! **Invariant:** nothing in this module knows lessons.

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
