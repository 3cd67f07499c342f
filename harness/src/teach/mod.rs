//! For teachers: a class's programs graded, a class's progress in one table,
//! and the whole course in one archive.
//!
//! Everything here comes from other people's hands, so reading it trusts
//! nothing.
//!
//! # Layout
//!
//! * [`command`]: the subcommands
//! * [`submissions`]: the programs in a folder
//! * [`compile`]: all programs, built with one cargo
//! * [`marking`]: all programs, graded in machines of their own
//! * [`gradebook`]: all grades, as a table, JUnit XML, CSV
//! * [`report`]: the work of one learner
//! * [`class`]: the work of all learners
//! * [`bundle`]: the whole course in one archive
//! * [`stranger`]: a file that somebody else wrote

pub mod bundle;
pub mod class;
pub mod command;
pub mod compile;
pub mod gradebook;
pub mod marking;
pub mod report;
pub mod stranger;
pub mod submissions;
