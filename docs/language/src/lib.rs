//! The learner's language, and the catalogues of translated messages.
//!
//! # Layout
//!
//! * [`choice`]: the language, from `--lang` or from the locale
//! * [`catalogue`]: the messages of one domain, from `docs/po/LANGUAGE/DOMAIN.po`
//! * [`wrap`]: wraps words to lines, also without spaces
//! * [`words`]: translates the words that programs print, for `tr!`
//!
//! **Invariant:** this crate knows no lesson, no exercise and no page. It uses
//! no other crate of this workspace.

pub mod catalogue;
pub mod choice;
pub mod words;
pub mod wrap;

pub use catalogue::Catalogue;
pub use choice::Language;
