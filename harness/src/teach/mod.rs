//! For teachers: a class's programs graded, a class's progress in one table,
//! and all of the course in one archive.
//!
//! Everything here comes from other people's hands, so it is read as if
//! somebody wanted to do harm with it.
//!
//! # Layout
//!
//! * [`command`]: what can be typed
//! * [`submissions`]: which programs there are in a folder
//! * [`compile`]: all of them, with one cargo
//! * [`grade`]: all of them, in machines of their own
//! * [`grades`]: the table, JUnit XML, CSV
//! * [`report`]: what one learner has done
//! * [`class`]: what all of them have
//! * [`bundle`]: all of the course in one archive
//! * [`stranger`]: a file that somebody else wrote

pub mod bundle;
pub mod class;
pub mod command;
pub mod compile;
pub mod grade;
pub mod grades;
pub mod report;
pub mod stranger;
pub mod submissions;
