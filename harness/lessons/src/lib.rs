//! What a lesson says, and whether a run is as the lesson says.
//!
//! # Layout
//!
//! * [`lesson`]: the format of a lesson
//! * [`labels`]: labels in place of numbers
//! * [`snapshot_text`]: facts as text
//! * [`scene`]: a snapshot as processes, networks and cables
//! * [`compare`]: output and facts against the lesson and its snapshots
//! * [`prediction`]: which namespaces a command will change
//! * [`playing`]: the state of a run, from command to command
//!
//! **Invariant:** nothing here knows a machine, a file or a terminal. The crate
//! is compiled to WebAssembly, too: the page of the book judges with it.

#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod compare;
pub mod labels;
pub mod lesson;
pub mod playing;
pub mod prediction;
pub mod scene;
pub mod snapshot_text;
#[cfg(test)]
mod test_course;

/// Makes this crate print these words.
pub fn speak(words: impl tr::Translator + 'static) {
    tr::set_translator!(words);
}
