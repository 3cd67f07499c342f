//! The parts of a message that a program fills in: `{name}` in the words of the
//! programs, `%s` in those of the set-up, `$name` in those of an exercise.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::domains::setup;

/// A place of a message of programs. Two braces are one brace.
static BRACES: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"\{\{|\}\}|\{(\w*)\}"));

/// A place of a message of scripts. Two signs are one sign.
static PERCENT: LazyLock<Regex> = LazyLock::new(|| fixed(r"(%.?)"));

/// A value of an exercise.
static DOLLAR: LazyLock<Regex> = LazyLock::new(|| fixed(r"(\$(?-u:\w)+)"));

fn fixed(pattern: &str) -> Regex {
    // The tests of this file compile its patterns.
    Regex::new(pattern).expect("a valid pattern")
}

/// Tells whether a translation can take a message's place: whether a program
/// finds each place in it that it fills in, and no other.
pub fn agree(domain: &str, message: &str, translation: &str) -> bool {
    let both = |find: fn(&str) -> Places| (find(message), find(translation));
    match domain {
        language::words::DOMAIN => {
            let (wanted, found) = both(|text| places(&BRACES, text));
            wanted.keys().eq(found.keys())
        }
        setup::DOMAIN => {
            let (wanted, found) = both(|text| places(&PERCENT, text));
            wanted == found
        }
        _ => {
            let (wanted, found) = both(|text| places(&DOLLAR, text));
            found.keys().all(|name| wanted.contains_key(name))
        }
    }
}

type Places = BTreeMap<String, usize>;

/// Counts each place of a text.
fn places(pattern: &Regex, text: &str) -> Places {
    let mut places = Places::new();
    let names = pattern.captures_iter(text).filter_map(|it| it.get(1));
    for name in names {
        *places.entry(name.as_str().to_owned()).or_default() += 1;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_same_names_in_any_order() {
        let words = |a, b| agree("words", a, b);
        assert!(words("{a} of {b}", "{b} 的 {a}"));
        assert!(words("{{x}} {a}", "{a}"));
        assert!(!words("{a} of {b}", "{b} 的 {c}"));
        assert!(!words("{a} of {b}", "{b}"));
        assert!(!words("none", "{n}"));
    }

    #[test]
    fn scripts_have_as_many_signs_of_the_same_kind() {
        let setup = |a, b| agree("setup", a, b);
        assert!(setup("%s, %s %%", "%s：%s %%"));
        assert!(!setup("%s, %s", "%s"));
        assert!(!setup("%s", "%d"));
        assert!(!setup("all", "100%"));
    }

    #[test]
    fn an_exercise_has_no_value_that_its_text_does_not_have() {
        let exercise = |a, b| agree("chapter-3", a, b);
        assert!(exercise("exit $status", "以 $status 结束"));
        assert!(exercise("exit $status", "结束"));
        assert!(!exercise("exit $status", "以 $stat 结束"));
    }
}
