//! Finds the question in an error message, of this course's programs and of
//! others: `set_ns: setns(/proc/41/ns/net): Operation not permitted`.

use std::path::{Path, PathBuf};

use crate::call::Call;
use crate::errno;
use crate::kind;
use crate::question::Question;
use protocol::Kind;

/// Files whose name says what is done.
const FILES: [(&str, Call); 4] = [
    ("uid_map", Call::Map),
    ("gid_map", Call::Map),
    ("setgroups", Call::Setgroups),
    ("timens_offsets", Call::Offsets),
];

/// Returns the questions in a text, one for each line that names an error.
pub fn questions(text: &str) -> Vec<Question> {
    text.lines().filter_map(question).collect()
}

/// Returns the question in a line; `None` if the line names no error.
pub fn question(line: &str) -> Option<Question> {
    let errno = errno::in_message(line)?;
    let called = called(line);
    let object = object(line, called);
    let mut kinds = kind::all_in(line);
    if let Some(kind) = object.as_deref().and_then(kind_of_handle) {
        kinds.push(kind);
    }
    Some(Question {
        call: called
            .and_then(|(name, _)| Call::parse(name))
            .map(|call| of_file(line).unwrap_or(call))
            .or_else(|| of_file(line))
            .or_else(|| last_call(line)),
        errno: Some(errno),
        kinds,
        object,
        chapter: None,
    })
}

/// Returns the first call in the form of `setns(OBJECT)`.
fn called(line: &str) -> Option<(&str, &str)> {
    line.match_indices('(').find_map(|(at, _)| {
        let name = line[..at].rsplit(|c| !is_of_word(c)).next()?;
        Call::parse(name)?;
        let rest = &line[at + 1..];
        Some((name, &rest[..rest.find(')')?]))
    })
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn of_file(line: &str) -> Option<Call> {
    let found = FILES.iter().find(|(name, _)| line.contains(name));
    found.map(|(_, call)| *call)
}

/// Returns the last word that is a call: the first may be the program.
fn last_call(line: &str) -> Option<Call> {
    let words = line.split(|c| !is_of_word(c));
    words.filter_map(Call::parse).next_back()
}

/// Returns the object of a call: a path, in its brackets or anywhere.
fn object(line: &str, called: Option<(&str, &str)>) -> Option<PathBuf> {
    let is_object = |word: &&str| word.contains('/');
    let quotes =
        |c: char| matches!(c, ':' | ',' | '\'' | '"' | '`' | '‘' | '’');
    let in_brackets = called.map(|(_, object)| object).filter(is_object);
    let anywhere = || {
        let mut words =
            line.split_whitespace().map(|it| it.trim_matches(quotes));
        words.find(|word| word.starts_with('/'))
    };
    in_brackets.or_else(anywhere).map(PathBuf::from)
}

/// Returns the type that a handle's path names.
fn kind_of_handle(path: &Path) -> Option<Kind> {
    let is_handle = path.parent().is_some_and(|it| it.ends_with("ns"));
    let name = path.file_name()?.to_str()?;
    kind::parse(name.trim_end_matches("_for_children")).filter(|_| is_handle)
}

#[cfg(test)]
mod tests {
    use nix::errno::Errno;

    use super::*;

    fn found(line: &str) -> (Option<Call>, Option<Errno>, Vec<Kind>, String) {
        let it = question(line).unwrap_or_default();
        let object = it.object.unwrap_or_default().display().to_string();
        (it.call, it.errno, it.kinds, object)
    }

    #[test]
    fn call_error_type_and_object_are_found_in_what_programs_print() {
        for (line, call, errno, kinds, object) in [
            (
                "set_ns: setns(/proc/41/ns/net): Operation not permitted",
                Some(Call::Setns),
                Errno::EPERM,
                vec![Kind::Net],
                "/proc/41/ns/net",
            ),
            (
                "unshare: unshare(CLONE_NEWUTS): No space left on device",
                Some(Call::Unshare),
                Errno::ENOSPC,
                vec![Kind::Uts],
                "",
            ),
            (
                "unshare: write failed /proc/self/uid_map: \
                 Operation not permitted",
                Some(Call::Map),
                Errno::EPERM,
                vec![],
                "/proc/self/uid_map",
            ),
            (
                "nsenter: reassociate to namespace 'ns/net' failed: \
                 Operation not permitted",
                Some(Call::Setns),
                Errno::EPERM,
                vec![],
                "",
            ),
            (
                "bash: fork: Cannot allocate memory",
                Some(Call::Fork),
                Errno::ENOMEM,
                vec![],
                "",
            ),
            (
                "ip: RTNETLINK answers: Operation not permitted",
                Some(Call::Netlink),
                Errno::EPERM,
                vec![],
                "",
            ),
            (
                "Error: \"/proc/9/ns/net: Permission denied (os error 13)\"",
                None,
                Errno::EACCES,
                vec![Kind::Net],
                "/proc/9/ns/net",
            ),
        ] {
            let expected = (call, Some(errno), kinds, object.to_owned());
            assert_eq!(found(line), expected, "{line}");
        }
        assert_eq!(question("all is well"), None);
    }

    #[test]
    fn each_line_with_an_error_is_a_question() {
        let text = "ready\nEPERM\n\u{fffd}\nmount: Device or resource busy";
        assert_eq!(questions(text).len(), 2);
    }
}
