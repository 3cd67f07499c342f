//! Makes the book: pages, pictures and catalogues from verified runs.
//!
//! # Layout
//!
//! * [`markdown`]: the messages of a Markdown text, and the text in another
//!   language
//! * [`domains`]: everything that is translated, by the catalogue that holds it
//! * [`catalogues`]: compares the catalogues with the sources, and updates them
//! * [`diagram`]: pictures of what the kernel held after a step
//! * [`lessons`]: writes the lessons' translations beside the lessons
//!
//! **Invariant:** making the book executes nothing. Transcripts and pictures
//! come from lessons and snapshots, which runs have verified.

pub mod catalogues;
pub mod diagram;
pub mod domains;
pub mod lessons;
pub mod markdown;
