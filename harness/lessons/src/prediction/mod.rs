//! Predictions: before a command runs, a reader says in which types the process
//! that it starts will be a member of another namespace. The kernel answers.
//!
//! # Layout
//!
//! * [`Types`]: a set of types of namespaces
//! * [`question`]: the commands of a lesson about which there is a question;
//!   `book`: the scene of a step's snapshot
//! * [`Prediction`]: a prediction beside the kernel's answer
//! * [`rules`]: the rule of each type, and the step that shows it
//! * [`Tally`]: right and wrong predictions, counted by type

mod answered;
mod book;
pub mod question;
pub mod rules;
mod tally;
mod types;

pub use answered::Prediction;
pub use question::Question;
pub use tally::{Tally, Wrong};
pub use types::Types;
