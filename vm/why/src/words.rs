//! Finds the question in the words of a command line, in any order: a call, an
//! error, a type, a path; or a whole error message as one word.

use std::fmt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use tr::tr;

use crate::call::Call;
use crate::errno;
use crate::kind;
use crate::message;
use crate::question::Question;

/// A word that is no part of a question.
#[derive(Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Looks like the name of an error.
    Errno(String),
    /// Any other word.
    Word(String),
    /// A message without an error.
    Message(String),
}

/// Returns the question.
///
/// # Errors
///
/// A word is no call, no error, no type and no path.
pub fn question(words: &[String]) -> Result<Question, Unknown> {
    if let [message] = words
        && message.contains(char::is_whitespace)
    {
        let found = message::question(message);
        return found.ok_or_else(|| Unknown::Message(message.clone()));
    }
    let mut question = Question::default();
    for word in words {
        add(&mut question, word)?;
    }
    Ok(question)
}

fn add(question: &mut Question, word: &str) -> Result<(), Unknown> {
    if let Some(errno) = errno::parse(word) {
        question.errno = Some(errno);
    } else if let Some(call) =
        question.call.is_none().then(|| Call::parse(word)).flatten()
    {
        question.call = Some(call);
    } else if let Some(kind) = kind::parse(word) {
        question.kinds.push(kind);
    } else if is_path(question, word) {
        question.object = Some(PathBuf::from(word));
    } else if looks_like_errno(word) {
        return Err(Unknown::Errno(word.to_owned()));
    } else {
        return Err(Unknown::Word(word.to_owned()));
    }
    Ok(())
}

/// Returns whether a word is a path, or a type of file system after `mount`.
fn is_path(question: &Question, word: &str) -> bool {
    let names_type = question.call == Some(Call::Mount)
        && question.errno == Some(Errno::ENODEV);
    word.contains('/') || names_type || Path::new(word).exists()
}

fn looks_like_errno(word: &str) -> bool {
    let number = word.bytes().all(|it| it.is_ascii_digit());
    let name = word.starts_with(['E', 'e'])
        && word.bytes().all(|it| it.is_ascii_alphanumeric());
    number || name
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Errno(word) => tr!(
                "No error is called {word}. Names like it: {names}",
                word = word,
                names = errno::like(word).join(", ")
            ),
            Self::Word(word) => tr!(
                "{word} is no error, no call and no path. Calls: {names}",
                word = word,
                names = Call::ALL.map(|call| call.to_string()).join(", ")
            ),
            Self::Message(text) => {
                tr!("No error of the kernel is named here: {text}", text = text)
            }
        };
        f.write_str(&text)
    }
}

impl std::error::Error for Unknown {}

#[cfg(test)]
mod tests {
    use protocol::Kind;

    use super::*;

    fn asked(line: &str) -> Result<Question, Unknown> {
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        question(&words)
    }

    #[test]
    fn the_order_of_the_words_is_free() {
        let expected = Question {
            call: Some(Call::Setns),
            errno: Some(Errno::EINVAL),
            kinds: vec![Kind::User],
            object: Some("/proc/1/ns/user".into()),
            chapter: None,
        };
        for line in [
            "setns EINVAL user /proc/1/ns/user",
            "22 /proc/1/ns/user CLONE_NEWUSER set_ns",
        ] {
            assert_eq!(asked(line).as_ref(), Ok(&expected), "{line}");
        }
    }

    #[test]
    fn a_word_that_means_nothing_is_refused_with_those_that_do() {
        let text = |line: &str| asked(line).unwrap_err().to_string();
        assert!(text("EPREM").contains("EPERM"), "{}", text("EPREM"));
        assert!(text("9999").contains("9999"));
        assert!(text("setms EPERM").contains("setns"));
        let message = question(&["all is well".to_owned()]);
        assert_eq!(message, Err(Unknown::Message("all is well".to_owned())));
    }
}
