//! The page's language: messages and their translations, as the page has them.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Translations by their messages. English has none.
#[derive(Clone, Debug, Default)]
pub struct Translations(pub BTreeMap<String, String>);

impl Translations {
    /// Makes the crates print these words.
    pub fn speak(self) {
        lessons::speak(self.clone());
        diagram::speak(self);
    }
}

impl tr::Translator for Translations {
    fn translate<'a>(
        &'a self,
        string: &'a str,
        _context: Option<&'a str>,
    ) -> Cow<'a, str> {
        self.0.get(string).map_or(string, String::as_str).into()
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
        self.0.get(plural).map_or(english, String::as_str).into()
    }
}
