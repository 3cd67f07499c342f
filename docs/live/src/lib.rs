//! The part of the page that judges: the harness's own code for messages,
//! labels, comparison and snapshots, for WebAssembly.
//!
//! # Layout
//!
//! * [`door`]: the four functions that JavaScript calls
//! * [`envelope`]: a request and an answer as bytes: JSON, and bytes behind it
//! * [`methods`]: the methods, by their numbers
//! * [`frames`]: messages of PID 1 as JSON
//! * [`book`]: a lesson as the page has it
//! * [`exercise`]: an exercise to find something, in a machine
//! * [`machine`]: one machine, from the first word of PID 1 on
//! * [`greeting`]: the first words; [`run`]: the lesson after them
//! * [`doings`]: what a call has brought about
//! * [`ran`]: what a command and a step are told as
//! * [`news`]: what has happened, for the page
//! * [`words`]: the page's language
//!
//! `live.mjs` beside this crate is its other half.
//!
//! **Invariant:** nothing here waits, reads a clock or draws a random number.
//! The page passes on bytes, and is told which bytes to send.

pub mod book;
pub mod doings;
pub mod door;
pub mod envelope;
pub mod exercise;
pub mod frames;
pub mod greeting;
pub mod machine;
pub mod methods;
pub mod news;
pub mod ran;
pub mod run;
pub mod words;
