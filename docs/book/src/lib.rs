//! Makes the book: pages, pictures and catalogues from verified runs.
//!
//! # Layout
//!
//! * [`markdown`]: the messages of a Markdown text, and the text in another
//!   language
//! * [`domains`]: everything that is translated, by the catalogue that holds it
//! * [`catalogues`]: compares the catalogues with the sources, and updates them
//! * [`fidelity`]: compares translations with their messages
//! * [`placeholders`]: the parts of a message that a program fills in
//! * [`scripts`]: the set-up's words as a shell function
//! * [`lessons`]: writes the lessons' translations beside the lessons
//! * [`exercises`]: the texts of the exercises; [`exercise_files`]: exercises to
//!   find something, for live.wasm
//! * [`edition`]: the book in one language
//! * [`pages`]: the pages, as Markdown
//! * [`console`], [`commands`], [`fences`], [`headings`], [`links`], [`pictures`],
//!   [`terminal_text`], [`html`]: parts of a page
//! * [`verified`]: the systems on which the lessons were played
//! * [`inclusions`]: parts of a page that come from the lessons
//! * [`theme`]: scripts, styles, and what they need to know
//! * [`make`]: has mdBook turn the pages into HTML
//! * [`check`]: finds whatever is untrue in the book
//! * [`live_files`]: the lessons as files for the page's judge
//!
//! **Invariant:** making the book executes nothing. Transcripts and pictures
//! come from lessons and snapshots, which runs have verified.

pub mod catalogues;
pub mod check;
pub mod commands;
pub mod console;
pub mod domains;
pub mod edition;
pub mod exercise_files;
pub mod exercises;
pub mod fences;
pub mod fidelity;
pub mod headings;
pub mod html;
pub mod inclusions;
pub mod lessons;
pub mod links;
pub mod live_files;
pub mod make;
pub mod markdown;
pub mod pages;
pub mod pictures;
pub mod placeholders;
pub mod scripts;
pub mod terminal_text;
pub mod theme;
pub mod verified;

use std::sync::Arc;

use ::language::words::Words;

/// Makes this crate print these words, and `reader` and `diagram`, which have
/// those of pictures.
pub fn speak(words: &Arc<Words>) {
    reader::speak(words);
    diagram::speak(Arc::clone(words));
    tr::set_translator!(Arc::clone(words));
}
