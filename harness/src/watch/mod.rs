//! `just watch 3.1`: the learner's program is graded whenever it is saved.
//!
//! # Layout
//!
//! * [`command`]: what can be typed, and what happens from then on
//! * `saves`: the file has changed
//! * `grading`: building and grading, on a thread of its own
//! * `view`: what is to be seen, as lines
//! * `screen`: the person's terminal, which is as before in the end
//! * `keys`: what keys mean

pub mod command;
mod grading;
mod keys;
mod saves;
mod screen;
mod view;
