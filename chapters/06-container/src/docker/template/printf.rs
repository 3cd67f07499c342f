//! printf - Go's `printf`, of the verbs `%s`, `%d`, `%v`, `%q` and `%%`
//!
//! See: fmt of Go

use serde_json::Value;

use super::value::{Result, add, kind, shown};

/// Puts values into a format. Go prints `%!d(string=x)` where a verb and its
/// value do not fit; here that is an error.
pub fn printf(format: &str, values: &[&Value]) -> Result<String> {
    let mut text = String::new();
    let mut values = values.iter();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        add(&mut text, before)?;
        let (verb, after) = Verb::read(after)?;
        rest = after;
        if verb.letter == '%' {
            add(&mut text, "%")?;
            continue;
        }
        let missing = || format!("%!{}(MISSING)", verb.letter);
        let value = values.next().ok_or_else(missing)?;
        add(&mut text, &verb.padded(&verb.plain(value)?))?;
    }
    add(&mut text, rest)?;
    match values.next() {
        Some(value) => Err(format!("%!(EXTRA {})", kind(value))),
        None => Ok(text),
    }
}

/// `%-05d`
struct Verb {
    left: bool,
    zeros: bool,
    width: usize,
    letter: char,
}

impl Verb {
    /// The verb after a percent sign, and the rest of the text.
    fn read(text: &str) -> Result<(Self, &str)> {
        let after = text.trim_start_matches(['-', '0']);
        let flags = &text[..text.len() - after.len()];
        let rest = after.trim_start_matches(|it: char| it.is_ascii_digit());
        let width = match &after[..after.len() - rest.len()] {
            "" => 0,
            digits => digits.parse::<u16>().map_err(|_| "%!(BADWIDTH)")?,
        };
        let mut letters = rest.chars();
        let letter = letters.next().ok_or("%!(NOVERB)")?;
        let left = flags.contains('-');
        let zeros = flags.contains('0') && !left;
        let width = usize::from(width);
        let verb = Verb {
            left,
            zeros,
            width,
            letter,
        };
        Ok((verb, letters.as_str()))
    }

    fn plain(&self, value: &Value) -> Result<String> {
        match (self.letter, value) {
            ('v', value) => Ok(shown(value)),
            ('s', Value::String(text)) => Ok(text.clone()),
            ('q', Value::String(_)) => Ok(value.to_string()),
            ('d', Value::Number(number)) => Ok(number.to_string()),
            (letter, value) => {
                let kind = kind(value);
                Err(format!("%!{letter}({kind}={})", shown(value)))
            }
        }
    }

    fn padded(&self, text: &str) -> String {
        let gap = self.width.saturating_sub(text.chars().count());
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) if self.zeros => ("-", digits),
            _ => ("", text),
        };
        match (self.left, self.zeros) {
            (true, _) => format!("{text}{}", " ".repeat(gap)),
            (_, true) => format!("{sign}{}{digits}", "0".repeat(gap)),
            _ => format!("{}{text}", " ".repeat(gap)),
        }
    }
}
