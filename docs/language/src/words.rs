//! Translates the words that programs print, for `tr!`.
//!
//! Each crate that prints words has a function `speak`, which hands the words to
//! `tr::set_translator!`. A program calls it with the result of [`load`], before
//! its first word.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use crate::{Catalogue, Language};

/// Marks a text of a table for translation, and is that text: the place that
/// shows the text translates it with `tr!(text)`.
#[macro_export]
macro_rules! mark {
    ($text:literal) => {
        $text
    };
}

/// Domain of the words of all programs.
pub const DOMAIN: &str = "words";

/// Folder of the catalogue in the machine, in the place of the repository.
pub const IN_THE_MACHINE: &str = "/usr/share/namespace-workshop";

/// Variable that tells programs in the machine the person's language, as
/// gettext(3) has it. A locale would change more than the messages.
pub const VARIABLE: &str = "LANGUAGE";

/// The words of one language.
pub struct Words(Catalogue);

/// Reads the words of the current language.
///
/// # Errors
///
/// The catalogue is damaged.
pub fn load(workspace: &Path) -> Result<Arc<Words>> {
    load_in(workspace, Language::current())
}

/// Reads the words of a language: the book speaks all of them, in turns.
///
/// # Errors
///
/// The catalogue is damaged.
pub fn load_in(workspace: &Path, language: Language) -> Result<Arc<Words>> {
    let words = Catalogue::read(workspace, language, DOMAIN)?;
    Ok(Arc::new(Words(words)))
}

impl tr::Translator for Words {
    fn translate<'a>(
        &'a self,
        string: &'a str,
        _context: Option<&'a str>,
    ) -> Cow<'a, str> {
        self.0.translate(string).into()
    }

    /// Chinese has one form, which is that of the plural's message.
    fn ntranslate<'a>(
        &'a self,
        n: u64,
        singular: &'a str,
        plural: &'a str,
        _context: Option<&'a str>,
    ) -> Cow<'a, str> {
        let english = if n == 1 { singular } else { plural };
        self.0.find(plural).unwrap_or(english).into()
    }
}
