//! value - what the value of an option may be, and docker's words for others
//!
//! See: `docker run`, strconv of Go, which reads docker's numbers

use clap::builder::{OsStringValueParser, TypedValueParser};

use crate::files::container::donor;
use crate::kernel::namespaces;
use crate::kernel::word::Word;

type Result<T> = std::result::Result<T, String>;

/// A name is text. Nothing is called what is no UTF-8, here and with docker.
pub fn text() -> impl TypedValueParser<Value = String> {
    OsStringValueParser::new().map(|it| it.to_string_lossy().into_owned())
}

/// What is read from text.
pub fn read<T: Clone + Send + Sync + 'static>(
    parse: impl Fn(&str) -> Result<T> + Clone + Send + Sync + 'static,
) -> impl TypedValueParser<Value = T> {
    text().try_map(move |it| parse(&it))
}

/// Of `--rm=true`.
pub fn switch(text: &str) -> Result<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(invalid("ParseBool", text, "invalid syntax")),
    }
}

/// Of `-t 10`; below zero: for ever.
pub fn seconds(text: &str) -> Result<i64> {
    let digits = text.trim_start_matches(['+', '-']);
    let number = !digits.is_empty() && digits.bytes().all(is_digit);
    let why = match number {
        true => "value out of range",
        false => "invalid syntax",
    };
    text.parse().map_err(|_| invalid("ParseInt", text, why))
}

fn invalid(function: &str, text: &str, why: &str) -> String {
    format!("strconv.{function}: parsing {text:?}: {why}")
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

/// Of `-e NAME=VALUE` or `-e NAME`: a name it has.
pub fn variable() -> impl TypedValueParser<Value = Word> {
    OsStringValueParser::new().try_map(|it| {
        let word = Word::from(it);
        match word.bytes().first() {
            None | Some(b'=') => {
                Err(format!("invalid environment variable: {word}"))
            }
            _ => Ok(word),
        }
    })
}

/// What the mode of a namespace may be: one of these words.
pub fn mode(
    option: &'static str,
    words: &'static [&str],
) -> impl Fn(&str) -> Result<String> + Clone {
    move |mode| {
        let joins = donor(mode).is_some_and(|name| !name.is_empty());
        let kind = if joins { "container:NAME" } else { mode };
        let name = option.to_uppercase();
        let known = words.contains(&kind).then(|| mode.into());
        known.ok_or_else(|| match (option, mode) {
            // The daemon says it, not the client.
            ("ipc", "container:") => format!(
                "{}: invalid name or ID supplied: \"\"",
                namespaces::joining(&name)
            ),
            ("ipc", _) => format!("invalid IPC mode: {mode}"),
            _ => format!("--{option}: invalid {name} mode"),
        })
    }
}

pub const UTS: &[&str] = &["", "host"];
pub const PID: &[&str] = &["", "host", "container:NAME"];
pub const IPC: &[&str] =
    &["", "private", "shareable", "host", "container:NAME"];

/// Of a container. Docker shows it with a slash, and takes it with one.
pub fn name(wish: &str) -> Result<String> {
    let name = wish.strip_prefix('/').unwrap_or(wish);
    let first = name.starts_with(|it: char| it.is_ascii_alphanumeric());
    let known = |it: char| it.is_ascii_alphanumeric() || "_.-".contains(it);
    let named = first && name.len() > 1 && name.chars().all(known);
    if named || wish.is_empty() {
        return Ok(name.into());
    }
    let allowed = "only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed";
    Err(format!("Invalid container name ({wish}), {allowed}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_true_or_false() {
        assert_eq!(switch("T"), Ok(true));
        assert_eq!(switch("FALSE"), Ok(false));
        for text in ["", "yes", "tRUE", "2"] {
            assert!(switch(text).is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_may_be_less_than_none() {
        assert_eq!(seconds("-1"), Ok(-1));
        assert_eq!(seconds("+1"), Ok(1));
        for (text, why) in [
            ("", "invalid syntax"),
            ("-", "invalid syntax"),
            ("1s", "invalid syntax"),
            ("99999999999999999999", "value out of range"),
        ] {
            assert!(seconds(text).is_err_and(|it| it.contains(why)), "{text}");
        }
    }

    #[test]
    fn a_name_may_begin_with_one_slash() {
        assert_eq!(name("/web"), Ok("web".into()));
        for text in ["/", "//web", "web/", "-web", "a", "a b"] {
            assert!(name(text).is_err(), "{text}");
        }
    }
}
