//! Values that are new in each run, and the texts with these values.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

/// The values to choose from.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Choice {
    /// Values of this kind.
    Kind(ValueKind),
    /// A value of this list.
    List(Vec<String>),
}

/// A kind of random value.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ValueKind {
    /// Six lowercase letters, as a name for anything.
    Word,
    /// A number from 2 to 9.
    Number,
    /// A part of an address, from 2 to 254.
    Octet,
    /// A free port from 31000 to 59999, which is never a PID of the machine.
    Port,
    /// An exit status from 3 to 99, which tells one program from another.
    Status,
}

/// The variables of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    /// Chooses new values, all of them different.
    pub fn choose(choices: &BTreeMap<String, Choice>) -> Self {
        let mut values = Self::default();
        for (name, choice) in choices {
            values.set(name, &values.another(choice));
        }
        values
    }

    /// Returns a value that no variable has, if there is one.
    fn another(&self, choice: &Choice) -> String {
        let mut value = one(choice);
        for _ in 0..100 {
            if !self.0.values().any(|other| *other == value) {
                break;
            }
            value = one(choice);
        }
        value
    }

    /// Returns a word that no variable has.
    pub fn new_word(&self) -> String {
        self.another(&Choice::Kind(ValueKind::Word))
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Returns the value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns all variables as assignments for bash.
    pub fn assignments(&self) -> String {
        self.0
            .iter()
            .fold(String::new(), |mut text, (name, value)| {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "{name}={}", quoted(value));
                text
            })
    }

    /// Returns all variables as arguments for env(1).
    pub fn environment(&self) -> Vec<String> {
        let pairs = self.0.iter();
        pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    /// Replaces `$name` and `${name}` with values. An unknown name is an error.
    pub fn expand(&self, text: &str) -> Result<String> {
        let mut unknown = None;
        let expanded = self.replace(text, |name| {
            unknown = Some(name.to_owned());
        });
        match unknown {
            Some(name) => bail!("there is no variable ${name} (in {text:?})"),
            None => Ok(expanded),
        }
    }

    /// Replaces names as [`expand`](Self::expand) does, in a text for people: a
    /// `$` before another word stays.
    pub fn fill_in(&self, text: &str) -> String {
        self.replace(text, |_| {})
    }

    fn replace(&self, text: &str, mut unknown: impl FnMut(&str)) -> String {
        let mut result = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            result.push_str(before);
            let braced = after.strip_prefix('{');
            let name_and_rest = braced.unwrap_or(after);
            let length = name_and_rest
                .find(|c: char| c != '_' && !c.is_ascii_alphanumeric())
                .unwrap_or(name_and_rest.len());
            let (name, mut tail) = name_and_rest.split_at(length);
            if braced.is_some() {
                tail = tail.strip_prefix('}').unwrap_or(tail);
            }
            match self.get(name) {
                Some(value) => {
                    result.push_str(value);
                    rest = tail;
                }
                None => {
                    if !name.is_empty() {
                        unknown(name);
                    }
                    result.push('$');
                    rest = after;
                }
            }
        }
        result + rest
    }
}

/// Quotes a value for bash.
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

fn one(choice: &Choice) -> String {
    match choice {
        Choice::Kind(ValueKind::Word) => word(),
        Choice::Kind(ValueKind::Number) => fastrand::u32(2..=9).to_string(),
        Choice::Kind(ValueKind::Octet) => fastrand::u32(2..=254).to_string(),
        Choice::Kind(ValueKind::Port) => {
            fastrand::u32(31_000..=59_999).to_string()
        }
        Choice::Kind(ValueKind::Status) => fastrand::u32(3..=99).to_string(),
        Choice::List(list) => {
            fastrand::choice(list).cloned().unwrap_or_default()
        }
    }
}

/// Returns a pronounceable word that no command's name begins with.
fn word() -> String {
    let pick = |letters: &str| {
        let letters: Vec<char> = letters.chars().collect();
        fastrand::choice(letters).unwrap_or('x')
    };
    [
        "jkvz",
        "aeiou",
        "bdfgklmnprstv",
        "aeiou",
        "bdfgklmnprstv",
        "aeiou",
    ]
    .into_iter()
    .map(pick)
    .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn values() -> Values {
        let mut values = Values::default();
        values.set("a", "1");
        values.set("a_b", "it's $a");
        values
    }

    #[test]
    fn variables_are_put_in_as_bash_does() {
        let expand = |text| values().expand(text).unwrap();
        assert_eq!(expand("$a ${a}b $a_b. $"), "1 1b it's $a. $");
        assert_eq!(values().assignments(), "a='1'\na_b='it'\\''s $a'\n");
    }

    #[test]
    fn a_variable_that_is_not_there_is_an_error_except_in_prose() {
        let error = values().expand("$a $c").unwrap_err();
        assert!(error.to_string().contains("no variable $c"), "{error}");
        assert_eq!(values().fill_in("$a $c ${d}"), "1 $c ${d}");
    }

    #[test]
    fn values_are_of_their_kind_and_no_two_are_the_same() {
        let list = vec!["x".to_owned(), "y".to_owned()];
        let choices: BTreeMap<String, Choice> = [
            ("w", Choice::Kind(ValueKind::Word)),
            ("w2", Choice::Kind(ValueKind::Word)),
            ("n", Choice::Kind(ValueKind::Number)),
            ("n2", Choice::Kind(ValueKind::Number)),
            ("o", Choice::Kind(ValueKind::Octet)),
            ("p", Choice::Kind(ValueKind::Port)),
            ("s", Choice::Kind(ValueKind::Status)),
            ("l", Choice::List(list.clone())),
            ("l2", Choice::List(list)),
        ]
        .map(|(name, choice)| (name.to_owned(), choice))
        .into();
        for _ in 0..200 {
            let values = Values::choose(&choices);
            let number = |name: &str| -> u32 {
                values.get(name).unwrap().parse().unwrap()
            };
            assert!((2..=9).contains(&number("n")));
            assert!((2..=254).contains(&number("o")));
            // Neither PIDs of the machine nor the kernel's ephemeral ports.
            assert!((31_000..=59_999).contains(&number("p")));
            assert!((3..=99).contains(&number("s")));
            let word = values.get("w").unwrap();
            assert_eq!(word.len(), 6);
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()));
            let all: BTreeSet<&String> = values.0.values().collect();
            assert_eq!(all.len(), choices.len(), "{values:?}");
        }
    }
}
