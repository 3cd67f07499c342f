//! `just watch 3.1`: grades the learner's program after each save.
//!
//! # Layout
//!
//! * [`command`]: the subcommand
//! * `saves`: notices a save
//! * `worker`: builds and grades, on a thread of its own
//! * `watched`: the program under watch, and the state of its grading
//! * `at_a_terminal`, `in_a_pipe`: the two loops over `event`s
//! * `view`: the content of the screen, as lines
//! * `screen`: the terminal, restored at the end
//! * `keys`: the meaning of keys

mod at_a_terminal;
pub mod command;
mod event;
mod in_a_pipe;
mod keys;
mod saves;
mod screen;
mod view;
mod watched;
mod worker;
