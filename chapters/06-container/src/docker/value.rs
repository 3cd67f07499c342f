//! value - how the value of an option is read, and docker's words for others
//!
//! See: `docker run`, strconv of Go, which reads docker's numbers

use clap::builder::{OsStringValueParser, TypedValueParser};

use crate::files::modes;
use crate::files::networks::Network;
use crate::kernel::namespaces::Mode;
use crate::kernel::word::Word;

type Result<T> = std::result::Result<T, String>;

/// Reads text. Bytes that are no UTF-8 are replaced: no name has such bytes,
/// here and with docker.
pub fn text() -> impl TypedValueParser<Value = String> {
    OsStringValueParser::new().map(|it| it.to_string_lossy().into_owned())
}

/// Reads text, and makes a value of it.
pub fn read<T: Clone + Send + Sync + 'static>(
    parse: impl Fn(&str) -> Result<T> + Clone + Send + Sync + 'static,
) -> impl TypedValueParser<Value = T> {
    text().try_map(move |it| parse(&it))
}

/// Reads `true` of `--rm=true`.
pub fn switch(text: &str) -> Result<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(invalid("ParseBool", text, "invalid syntax")),
    }
}

/// Reads `10` of `-t 10`. Less than zero stands for ever.
pub fn seconds(text: &str) -> Result<i64> {
    let digits = text.trim_start_matches(['+', '-']);
    let number = !digits.is_empty() && digits.bytes().all(is_digit);
    let why = if number {
        "value out of range"
    } else {
        "invalid syntax"
    };
    text.parse().map_err(|_| invalid("ParseInt", text, why))
}

fn invalid(function: &str, text: &str, why: &str) -> String {
    format!("strconv.{function}: parsing {text:?}: {why}")
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

/// Reads `-e NAME=VALUE` or `-e NAME`. The name has a letter at least.
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

/// Reads `-p HOST:CONTAINER` or `-p HOST:CONTAINER/tcp`.
pub fn ports(option: &str) -> Result<(u16, u16)> {
    let number = |which, text: &str| match text.parse() {
        Ok(number) if number > 0 && !text.starts_with('+') => Ok(number),
        _ => Err(format!("Invalid {which}: {text}")),
    };
    let ports = option.strip_suffix("/tcp").unwrap_or(option);
    match ports.split(':').collect::<Vec<_>>()[..] {
        [.., ""] => Err(format!("No port specified: {option}<empty>")),
        [host, inside] => {
            Ok((number("hostPort", host)?, number("containerPort", inside)?))
        }
        _ => Err(format!("Invalid port: {option}: not HOST:CONTAINER")),
    }
}

/// Reads a mode with a donor that has a name, if any.
fn mode(word: &str) -> Option<Mode<String>> {
    modes::read(word).filter(|it| it.donor().is_none_or(|it| !it.is_empty()))
}

/// Reads the value of `--uts`.
pub fn uts(word: &str) -> Result<Mode<String>> {
    let known = mode(word).filter(|it| it.donor().is_none());
    known.ok_or_else(|| "--uts: invalid UTS mode".into())
}

/// Reads the value of `--pid`.
pub fn pid(word: &str) -> Result<Mode<String>> {
    mode(word).ok_or_else(|| "--pid: invalid PID mode".into())
}

/// The value of `--ipc`: a mode, and whether others may join a new namespace.
#[derive(Clone, Default)]
pub struct Ipc {
    pub mode: Mode<String>,
    pub shareable: bool,
}

/// Reads the value of `--ipc`.
pub fn ipc(word: &str) -> Result<Ipc> {
    let new = ["private", "shareable"].contains(&word);
    let mode = if new { Some(Mode::New) } else { mode(word) };
    match (mode, word) {
        (Some(mode), _) => Ok(Ipc {
            mode,
            shareable: word == "shareable",
        }),
        // The daemon says it, not the client.
        (None, "container:") => Err("failed to join IPC namespace: invalid \
                                     name or ID supplied: \"\""
            .into()),
        (None, _) => Err(format!("invalid IPC mode: {word}")),
    }
}

/// The word that [`ipc`] reads.
pub fn shown_ipc(mode: &Mode<String>, shareable: bool) -> String {
    match mode {
        Mode::New if shareable => "shareable".into(),
        Mode::New => "private".into(),
        mode => modes::shown(mode),
    }
}

/// Reads the value of `--net`. Networks are checked together, not one by one.
pub fn network(word: &str) -> Result<Network> {
    Ok(Network::read(word))
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
}
