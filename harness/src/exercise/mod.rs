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
//! * [`grader`]: the same again and again, with a machine kept ready
//! * [`build`]: from a source file to a program
//! * [`compiler`]: within bounds
//! * [`workshop`]: the learner's folder
//! * [`record`]: what the learner has done so far
//! * [`command`]: what can be typed; [`learn`], [`check`], [`explore`]: what
//!   comes of it
//! * [`show`]: a verdict on a screen
//! * [`self_check`]: whether the exercises are right themselves

pub mod assertion;
pub mod build;
pub mod catalogue;
pub mod check;
pub mod command;
pub mod compiler;
pub mod explore;
pub mod format;
pub mod grade;
pub mod grader;
pub mod learn;
pub mod observation;
pub mod prepare;
pub mod random;
pub mod record;
pub mod run;
pub mod self_check;
pub mod show;
pub mod verdict;
pub mod workshop;

pub use catalogue::{Entry, Number};
pub use format::Exercise;
pub use grade::grade;
pub use grader::Grader;
pub use verdict::Verdict;
pub use workshop::Workshop;
