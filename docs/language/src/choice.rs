//! The learner's language, from `--lang` or from the locale.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

/// The variables of the locale for messages, the strongest first: locale(7).
const VARIABLES: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

static CHOSEN: OnceLock<Language> = OnceLock::new();

/// A language of the course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, the language of all sources.
    #[default]
    English,
    /// Simplified Chinese, from catalogues.
    Chinese,
}

/// A name of no language of the course.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownLanguage(String);

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Language::ALL.map(Language::tag).join(", ");
        write!(f, "the course has no language {:?}, only {names}", self.0)
    }
}

impl std::error::Error for UnknownLanguage {}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Returns the language's tag, as in BCP 47: `en`, `zh-CN`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// Returns the language that [`choose`](Self::choose) was called with; else
    /// that of the locale.
    pub fn current() -> Self {
        *CHOSEN.get_or_init(Self::of_locale)
    }

    /// Sets the language for the rest of the program, once.
    pub fn choose(self) {
        // A second choice is ignored: some words may have been printed.
        let _ = CHOSEN.set(self);
    }

    fn of_locale() -> Self {
        let set =
            |name: &&str| std::env::var_os(name).filter(|v| !v.is_empty());
        let locale = VARIABLES.iter().find_map(set).unwrap_or_default();
        Self::of_name(&locale.to_string_lossy())
    }

    fn of_name(locale: &str) -> Self {
        match locale.split(['_', '-', '.', '@']).next() {
            Some(language) if language.eq_ignore_ascii_case("zh") => {
                Self::Chinese
            }
            _ => Self::English,
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// Accepts a tag or a locale: `en`, `zh-CN`, `zh`, `zh_CN.UTF-8`.
    fn from_str(name: &str) -> Result<Self, UnknownLanguage> {
        let language = name.split(['_', '-', '.', '@']).next();
        match language.map(str::to_ascii_lowercase).as_deref() {
            Some("en" | "c" | "posix") => Ok(Self::English),
            Some("zh") => Ok(Self::Chinese),
            _ => Err(UnknownLanguage(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_its_language_first() {
        for name in ["zh_CN.UTF-8", "zh", "zh-Hans", "ZH_SG@pinyin"] {
            assert_eq!(Language::of_name(name), Language::Chinese, "{name}");
        }
        for name in ["", "C", "C.UTF-8", "de_DE", "zhx", "en_US.UTF-8"] {
            assert_eq!(Language::of_name(name), Language::English, "{name}");
        }
    }

    #[test]
    fn an_unknown_language_is_refused_with_the_known_ones() {
        let error = "fr".parse::<Language>().unwrap_err().to_string();
        assert!(error.contains("en, zh-CN"), "{error}");
        assert_eq!("zh_CN.UTF-8".parse(), Ok(Language::Chinese));
    }
}
