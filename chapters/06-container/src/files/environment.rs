//! environment - the variables a command finds set
//!
//! Docker gives three or four; options set others, or, with a name that means
//! nothing to us, take one away. HOME is what the container's own /etc/passwd
//! says, unless it is set.
//!
//! See: environ(7), passwd(5)

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::files::container::Container;
use crate::files::stranger;
use crate::kernel::word::Word;

const PATH: &str =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The variables that options set. A name alone copies our value, if we have
/// one. Without any option, nothing, which docker shows as null.
pub fn asked(options: &[Word]) -> Option<Vec<Word>> {
    let mut variables = Vec::new();
    for word in options {
        let ours = match word.assignment() {
            Some(_) => None,
            None => std::env::var_os(word),
        };
        let ours = ours.map(|value| Word::variable(word, value));
        set(&mut variables, ours.unwrap_or_else(|| word.clone()));
    }
    Some(variables).filter(|it| !it.is_empty())
}

/// The variables a command finds. Call this in the container: its files count.
pub fn of(container: &Container, tty: bool) -> Vec<Word> {
    let hostname = Word::variable("HOSTNAME", &container.hostname);
    let mut variables = vec![PATH.into(), hostname];
    variables.extend(tty.then(|| "TERM=xterm".into()));
    for word in container.env.iter().flatten() {
        match word.assignment() {
            Some(_) => set(&mut variables, word.clone()),
            None => variables.retain(|it| name(it) != name(word)),
        }
    }
    let home = |it: &Word| {
        let value = it.assignment().filter(|(name, _)| *name == "HOME");
        value.is_some_and(|(_, value)| !value.is_empty())
    };
    if !variables.iter().any(home) {
        let passwd = stranger::read(Path::new("/etc/passwd"));
        let passwd = passwd.ok().flatten().unwrap_or_default();
        let home = OsStr::from_bytes(home_of_root(&passwd));
        set(&mut variables, Word::variable("HOME", home));
    }
    variables
}

/// Sets a variable, in the place of one of this name or as the last.
fn set(variables: &mut Vec<Word>, word: Word) {
    let same = |it: &&mut Word| name(it) == name(&word);
    match variables.iter_mut().find(same) {
        Some(before) => *before = word,
        None => variables.push(word),
    }
}

fn name(word: &Word) -> &[u8] {
    word.bytes()
        .split(|it| *it == b'=')
        .next()
        .unwrap_or_default()
}

/// The sixth field of the first line of user 0.
fn home_of_root(passwd: &[u8]) -> &[u8] {
    passwd
        .split(|it| *it == b'\n')
        .map(|line| line.split(|it| *it == b':'))
        .find(|fields| fields.clone().nth(2) == Some(b"0"))
        .and_then(|mut fields| fields.nth(5))
        .filter(|it| !it.is_empty())
        .unwrap_or(b"/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(asked: &[&str]) -> String {
        let options: Vec<_> = asked.iter().map(|it| Word::from(*it)).collect();
        let container = Container {
            hostname: "web".into(),
            env: super::asked(&options),
            ..Container::default()
        };
        let all = of(&container, true);
        let all: Vec<_> = all.iter().skip(1).map(Word::to_string).collect();
        all.join(" ")
    }

    #[test]
    fn a_variable_is_set_once_and_the_last_word_counts() {
        let home = "HOME=/x";
        assert_eq!(found(&[home]), "HOSTNAME=web TERM=xterm HOME=/x");
        assert_eq!(
            found(&["TERM=a", "X=1", home, "X=", "HOSTNAME=b=c"]),
            "HOSTNAME=b=c TERM=a X= HOME=/x"
        );
        assert_eq!(
            found(&["X=1", home, "X_IS_SET_NOWHERE", "TERM=", "TERM"]),
            match std::env::var("TERM") {
                Ok(term) => format!("HOSTNAME=web TERM={term} X=1 HOME=/x"),
                Err(_) => "HOSTNAME=web X=1 HOME=/x".into(),
            }
        );
    }

    #[test]
    fn home_is_what_the_first_line_of_root_says() {
        let passwd = b"a:x:1:0::/a:\nroot:x:0:0:root:/r:/bin/sh\nb:x:0:0::/b:";
        assert_eq!(home_of_root(passwd), b"/r");
        for passwd in [&b""[..], b"root:x:0:0::", b"root:x:0:0:::", b"\xff:"] {
            assert_eq!(home_of_root(passwd), b"/");
        }
    }
}
