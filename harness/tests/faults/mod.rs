//! Each fault gets its own message and exit code within a bound, and leaves
//! nothing behind. docs/src/faults.md is the table of all faults.
//!
//! # Layout
//!
//! * `subject`: a harness that is put to the test, and what is left of it
//! * `kills`: harness, player and test runner end at any moment
//! * `qemu`: QEMU ends, stops, or gets no memory
//! * `memory_limit`: a control group that limits memory
//! * `machine`: the machine's kernel and PID 1 give up, and its clock jumps
//! * `commands`: a lesson's command does what no lesson's command should
//! * `names`: the kernel's names, where they are no text
//! * `cache`: the disk is full, a saved machine is not what it was
//! * `many_clones`: five hundred in a row
//! * `build`: what is to run in the machine does not compile
//! * `refusals`: what is refused before anything runs
//! * `far`: the Linux of a stage cannot be reached, or will not do
//! * `files`: files that are none, and settings that make no sense
//! * `outputs`: what is said cannot be written
//! * `terminals`: a window is closed, or a program leaves a screen of its own
//! * `table`: the table names the tests, and all of them

mod build;
mod cache;
mod commands;
mod far;
mod files;
mod kills;
mod machine;
mod many_clones;
mod memory_limit;
mod names;
mod outputs;
mod qemu;
mod refusals;
pub mod subject;
mod table;
mod terminals;
