//! Explains why a system call about namespaces fails: the documented rules, and
//! which of them a process meets.
//!
//! # Layout
//!
//! * [`errno`], [`call`], [`kind`], [`capability`]: names
//! * [`question`]: what is to be explained; [`message`]: finds it in an error
//!   message; [`words`]: finds it in the words of a command line
//! * [`step`], [`page`]: where to read on
//! * [`state`]: the state of a process; [`mod@read`]: reads it from `/proc`;
//!   [`handle`]: asks a handle for its type and its owner; [`object`]: the
//!   object of a call; [`map`], [`owner`]: parts of both
//! * [`rule`]: one rule; [`rules`]: all of them
//! * [`explanation`]: the rules for a question, the likeliest first;
//!   [`summary`]: the calls that would fail now
//!
//! **Invariant:** this crate knows no machine, no lesson and no exercise. Steps
//! are names and numbers; a test of `harness` compares them with the lessons.

pub mod call;
pub mod capability;
pub mod errno;
pub mod explanation;
pub mod handle;
pub mod kind;
pub mod map;
pub mod message;
pub mod object;
pub mod owner;
pub mod page;
pub mod question;
pub mod read;
pub mod rule;
pub mod rules;
pub mod state;
pub mod step;
pub mod summary;
pub mod words;

use std::sync::Arc;

use language::words::Words;

/// Makes this crate print these words.
pub fn speak(words: &Arc<Words>) {
    tr::set_translator!(Arc::clone(words));
}
