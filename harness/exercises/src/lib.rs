//! Exercises as data, and the judgement of a run or an answer.
//!
//! # Layout
//!
//! * [`definition`]: an exercise as data; [`format`](mod@format): exercise.toml
//! * [`assertion`]: the language of checks and feedback
//! * [`random`]: values that are new in each run
//! * [`setup`]: the script that puts a machine into the exercise's state
//! * [`observation`]: the data that checks and feedback look at
//! * [`holds`]: whether an assertion holds, or the [`mismatch`]
//! * [`feedback`]: the feedback that applies
//! * [`answer`]: the judgement of an answer; [`verdict`]: that of a program
//!
//! **Invariant:** this crate touches no machine, file or terminal. The page of
//! the book has the same code, as WebAssembly.

pub mod answer;
pub mod assertion;
pub mod definition;
pub mod feedback;
pub mod format;
pub mod holds;
pub mod mismatch;
pub mod observation;
pub mod random;
pub mod setup;
pub mod verdict;
