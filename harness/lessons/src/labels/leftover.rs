//! Checks before and after normalising: no label in the output, and no number
//! left.

use std::sync::LazyLock;

use regex::Regex;
use thiserror::Error;

use super::addresses;

/// Raw output that contains a label. It could match the lesson without being
/// right.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "the output says `{found}`, which looks like a label of ours: that it \
     matches the lesson would prove nothing"
)]
pub struct LooksNormalised {
    /// Text that looks like a label.
    pub found: String,
}

/// A number that differs in every run.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("line {line}: `{found}` will be another in the next run: {text}")]
pub struct Leftover {
    /// Line of the text, from 1.
    pub line: usize,
    /// The number.
    pub found: String,
    /// Text of the line.
    pub text: String,
}

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?x) <(?: p[0-9]+ | (?: id|veth )\ [0-9]+ | mac\ [^<>\n]* | date | time | kernel | version | n )>
        | (?-u:\b)(?: cgroup|ipc|mnt|net|pid|time|user|uts|unknown )
          :\[(?: initial | · | [A-Z]+ )\]",
    )
});

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"(?-u)40265\d{5}|\b[[:xdigit:]]{2}(?::[[:xdigit:]]{2}){5}\b")
});

fn fixed(pattern: &str) -> Regex {
    // The tests of this file compile its patterns.
    Regex::new(pattern).expect("a valid pattern")
}

/// Refuses output that contains a general label, or one of these names as a
/// label.
pub(super) fn refuse_labels<'a>(
    output: &str,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), LooksNormalised> {
    let general = LABEL.find(output).map(|found| found.as_str().to_string());
    let mut names = names.map(|name| format!("<{name}>"));
    match general.or_else(|| names.find(|name| output.contains(name))) {
        Some(found) => Err(LooksNormalised { found }),
        None => Ok(()),
    }
}

/// Returns the first number that no normalised text may contain: an inode of a
/// namespace, or a random hardware address.
pub fn leftover(text: &str) -> Option<Leftover> {
    let chosen =
        |found: &str| addresses::parse(found).is_some_and(addresses::is_chosen);
    text.lines().enumerate().find_map(|(n, line)| {
        let mut found = NUMBER.find_iter(line).map(|found| found.as_str());
        let found = found.find(|found| !chosen(found))?;
        let found = found.to_string();
        let text = line.to_string();
        Some(Leftover {
            line: n + 1,
            found,
            text,
        })
    })
}
