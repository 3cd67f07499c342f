//! What must be true of any round, and what was not.

use nix::sys::signal::Signal::{SIGABRT, SIGBUS, SIGILL, SIGSEGV, SIGTRAP};
use serde::{Deserialize, Serialize};

use super::reaper::Status;
use super::room::SECRET;
use super::running::Said;
use super::shell;
use super::step::Verb;

/// What came of a round.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// How many verbs were played.
    pub verbs: usize,
    /// The first promise that was broken.
    pub finding: Option<Finding>,
}

/// A promise was broken.
#[derive(Clone, Debug, thiserror::Error, Serialize, Deserialize)]
#[error("{broken:?}: {what}")]
pub struct Finding {
    /// Which one.
    pub broken: Broken,
    /// By which step of the round, or after all of them.
    pub step: usize,
    /// What was seen.
    pub what: String,
}

/// The promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Broken {
    /// No process of `container` panics.
    Panicked,
    /// A verb ends, unless it is to wait for what the user has asked for.
    Hung,
    /// A container sees nothing of the machine.
    Seen,
    /// A container, and a verb, changes nothing of the machine.
    Written,
    /// Nobody gets a signal who is in no container.
    Signalled,
    /// A process of a container, or its monitor, holds nothing of the caller.
    Kept,
    /// After `rm -f` nothing is left.
    Left,
    /// The exit status is the command's, or one that docker has for it.
    Status,
    /// Bytes of strangers do not reach the terminal.
    Control,
    /// Whatever was done, the next container runs.
    Dead,
}

impl Finding {
    /// Findings of one kind have most likely the same cause.
    pub fn kind(&self) -> String {
        let line = self.what.lines().next().unwrap_or_default();
        let plain = |it: &char| !it.is_ascii_hexdigit();
        let words: String = line.chars().filter(plain).take(80).collect();
        format!("{:?} {words}", self.broken)
    }
}

/// What a word on standard error says that is never said to a user.
const NEVER_SAID: [&str; 3] =
    ["panicked at", "No child processes", "Bad file descriptor"];

/// Verbs that print what strangers have written.
const QUIET: [&str; 3] = ["ps", "images", "import"];

/// An exit status, or a signal, that only a bug has. No program that is run in
/// a container ends so.
pub fn is_a_bug(status: Status) -> bool {
    let bug = |number: i32| {
        let signals = [SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP];
        signals.into_iter().any(|signal| signal as i32 == number)
    };
    match status {
        Ok(code) => code == 101 || bug(code - 128),
        Err(signal) => bug(signal),
    }
}

/// What is promised of any verb, and was not so.
pub fn broken_by(verb: &Verb, said: &Said) -> Option<(Broken, String)> {
    let Said {
        status,
        stdout,
        stderr,
    } = said;
    let what = |why: &str| {
        let name = verb.name();
        let line = shell::line(verb);
        let begin: String = stderr.chars().take(500).collect();
        format!("{name} {why}\n{line}\n{status:?} {begin}")
    };
    let never = NEVER_SAID.into_iter().find(|word| stderr.contains(word));
    if is_a_bug(*status) || never.is_some() {
        let place = stderr.split("panicked at ").nth(1);
        let place = place.and_then(|it| it.split_once(":\n"));
        let place = place.map(|it| it.0).or(never).unwrap_or_default();
        return Some((Broken::Panicked, what(place)));
    }
    let text = String::from_utf8_lossy(stdout);
    if text.contains(SECRET) || stderr.contains(SECRET) {
        let shown = around(SECRET, &text);
        return Some((Broken::Seen, format!("{}\n{shown}", what("shows it"))));
    }
    let refused = matches!(status, Ok(125..=128 | 255)) && !stderr.is_empty();
    let expected = |its| *status == Ok(its) || refused;
    if !verb.status.is_none_or(expected) {
        return Some((Broken::Status, what("")));
    }
    let control = |byte: &u8| byte.is_ascii_control() && *byte != b'\n';
    let typed = verb.words.iter().flatten().any(control);
    let mut shown = stdout.iter().chain(stderr.as_bytes());
    if QUIET.contains(&verb.name()) && !typed && shown.any(control) {
        return Some((Broken::Control, what("")));
    }
    None
}

/// Lines that have a word in them, and some before.
fn around(word: &str, text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let found = lines.iter().position(|line| line.contains(word));
    let found = found.unwrap_or_default();
    lines[found.saturating_sub(5)..(found + 3).min(lines.len())].join("\n")
}
