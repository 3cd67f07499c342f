//! Exercises: a learner's program runs in a fresh machine, and what the kernel
//! holds then is the verdict.
//!
//! # Layout
//!
//! * [`catalogue`]: which exercises there are, and where
//! * [`format`]: exercise.toml, as data
//! * [`random`]: the values that are new in each run
//! * [`assertion`]: what can be said of a run
//! * [`prepare`]: the state a machine is put into
//! * [`run`]: one run of a program, and the look at it
//! * [`observation`]: what was seen
//! * [`grade`]: all of that, in order, to a [`verdict`]
//! * [`build`]: from a source file to a program
//! * [`show`]: a verdict on a screen
//! * [`self_check`]: whether the exercises are right themselves

pub mod assertion;
pub mod build;
pub mod catalogue;
pub mod command;
pub mod format;
pub mod grade;
pub mod observation;
pub mod prepare;
pub mod random;
pub mod run;
pub mod self_check;
pub mod show;
pub mod verdict;

pub use catalogue::Entry;
pub use format::Exercise;
pub use grade::grade;
pub use verdict::Verdict;
