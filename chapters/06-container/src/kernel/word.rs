//! word - bytes that are mostly text: an argument, a variable, a folder
//!
//! The kernel takes any bytes but zero. In state.json a word is a string; or,
//! where it is no UTF-8, the list of its bytes. Shown, such bytes are escaped.
//!
//! See: execve(2), utf-8(7)

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Display, Formatter};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use serde::{Deserialize, Serialize};

/// A word of a command line, as the kernel has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Word(OsString);

/// A word, as it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Bytes(Vec<u8>),
}

impl Word {
    /// The bytes of the word.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// `NAME=VALUE`
    pub fn variable(name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        let mut word = name.as_ref().to_owned();
        word.push("=");
        word.push(value);
        Self(word)
    }

    /// NAME and VALUE of `NAME=VALUE`.
    pub fn assignment(&self) -> Option<(&OsStr, &OsStr)> {
        let equals = self.bytes().iter().position(|byte| *byte == b'=')?;
        let (name, value) = self.bytes().split_at(equals);
        Some((OsStr::from_bytes(name), OsStr::from_bytes(&value[1..])))
    }
}

impl Display for Word {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        for part in self.bytes().utf8_chunks() {
            to.write_str(part.valid())?;
            for byte in part.invalid() {
                write!(to, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl AsRef<OsStr> for Word {
    fn as_ref(&self) -> &OsStr {
        &self.0
    }
}

impl From<OsString> for Word {
    fn from(word: OsString) -> Self {
        Self(word)
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<Written> for Word {
    fn from(written: Written) -> Self {
        match written {
            Written::Text(text) => text.into(),
            Written::Bytes(bytes) => Self(OsString::from_vec(bytes)),
        }
    }
}

impl From<Word> for Written {
    fn from(word: Word) -> Self {
        let bytes = |word: OsString| Self::Bytes(word.into_vec());
        word.0.into_string().map_or_else(bytes, Self::Text)
    }
}

/// Text without control characters, but for these: a name that a stranger has
/// given must not be an order to our terminal.
pub fn escaped(text: &str, but: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        if letter.is_control() && !but.contains(letter) {
            escaped += &format!("\\x{:02x}", u32::from(letter));
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_survives_a_file_whatever_its_bytes_are() {
        for bytes in
            [&b"text"[..], b"", b"\xff", b"a\xc3", "[\"ü\"]".as_bytes()]
        {
            let word = Word(OsStr::from_bytes(bytes).into());
            let json = serde_json::to_string(&word).expect("JSON");
            assert_eq!(serde_json::from_str::<Word>(&json).ok(), Some(word));
        }
        let json = serde_json::to_string(&Word::from("text")).expect("JSON");
        assert_eq!(json, "\"text\"");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_escaped() {
        let word = Word(OsStr::from_bytes(b"J\xfcrgen").into());
        assert_eq!(word.to_string(), "J\\xfcrgen");
    }
}
