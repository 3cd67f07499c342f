//! Exercises: a learner's program runs in a fresh machine, and the state of the
//! kernel decides the verdict.
//!
//! # Layout
//!
//! An exercise as data, and the judgement of a run: the crate `exercises`, whose
//! modules stand here, too. [`catalogue`]: the exercises and their folders.
//!
//! Grading:
//!
//! * [`build`]: from a source file to a program
//! * [`prepare`]: the state that a machine is put into
//! * [`run`]: one run of a program, to an [`observation`]
//! * [`lost_machine`]: the feedback for a program that ended its machine
//! * [`mod@grade`]: all of this, in order, to a [`verdict`]
//! * [`ready_machine`]: a machine kept ready, for many gradings
//!
//! A learner:
//!
//! * [`workshop`]: the work folder; [`assignment`]: an exercise in it
//! * [`record`]: the learner's progress; [`predictions`]: those of the player
//! * [`attempt`]: building and grading the learner's program
//! * [`failed_run`]: the last failed check, which [`mod@why`] explains
//! * [`translation`]: exercises in the learner's language
//! * [`command`]: the subcommands: [`learn`], [`check`], [`explore`]
//! * [`show`]: a verdict on a screen
//!
//! An author:
//!
//! * [`self_check`]: whether the exercises are right

pub mod assignment;
pub mod attempt;
pub mod build;
pub mod catalogue;
pub mod check;
pub mod command;
pub mod explore;
pub mod failed_run;
pub mod grade;
pub mod learn;
pub mod lost_machine;
pub mod predictions;
pub mod prepare;
pub mod ready_machine;
pub mod record;
pub mod run;
pub mod self_check;
pub mod show;
pub mod translation;
pub mod why;
pub mod workshop;

pub use exercises::{
    answer, assertion, definition, feedback, format, holds, mismatch,
    observation, random, setup, verdict,
};

pub use assignment::Assignment;
pub use catalogue::Number;
pub use definition::Exercise;
pub use grade::grade;
pub use ready_machine::ReadyMachine;
pub use verdict::Verdict;
pub use workshop::Workshop;
