//! The identifier of a namespace, as a user writes it.

use std::str::FromStr;

use crate::kind::Kind;

/// Number that the kernel gives to one namespace, and to no other after it.
#[derive(Clone, Debug)]
pub struct Identifier {
    pub number: u64,
    /// As it was written: with its type, or without.
    pub text: String,
}

impl FromStr for Identifier {
    type Err = &'static str;

    /// Reads `uts:12`, or `12`. The type is for the reader: the kernel looks for
    /// the number alone.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = match text.split_once(':') {
            Some((kind, _)) if Kind::of_name(kind).is_none() => {
                return Err("before the colon stands a type, such as uts");
            }
            Some((_, digits)) => digits,
            None => text,
        };
        let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
        match digits.parse() {
            Ok(number) if is_number && number > 0 => Ok(Self {
                number,
                text: text.to_owned(),
            }),
            _ => Err("an identifier is a number, such as 12 or uts:12"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<u64> {
        Some(text.parse::<Identifier>().ok()?.number)
    }

    #[test]
    fn an_identifier_is_a_number_with_or_without_its_type() {
        assert_eq!(number("12"), Some(12));
        assert_eq!(number("uts:12"), Some(12));
        let greatest = u64::MAX.to_string();
        assert_eq!(number(&greatest), Some(u64::MAX));
        for wrong in ["", "0", "uts:", "uts:0", "+1", "1 ", "x:1", ":1", "-1"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
        assert_eq!(number(&format!("{greatest}0")), None);
    }
}
