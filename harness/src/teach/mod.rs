//! For teachers: a class's programs graded, a class's progress in one table,
//! and the whole course in one archive.
//!
//! All files read here come from other people, so they are treated as hostile.
//!
//! # Layout
//!
//! * [`command`]: the subcommands
//! * [`grade_folder`]: `just grade`
//! * [`grade_share`]: a part of it, on one of several computers; with these
//!   parts:
//! * [`submissions`]: the programs in a folder
//! * [`compile`]: compiles all programs with one run of cargo
//! * [`marking`]: grades all programs, each in a machine of its own
//! * [`gradebook`]: all grades, as a table, JUnit XML, CSV
//! * [`report`]: the work of one learner
//! * [`class`]: the work of all learners
//! * [`bundle`]: the whole course in one archive
//! * [`stranger`]: a file written by somebody else

pub mod bundle;
pub mod class;
pub mod command;
pub mod compile;
pub mod grade_folder;
pub mod grade_share;
pub mod gradebook;
pub mod marking;
pub mod report;
pub mod stranger;
pub mod submissions;
