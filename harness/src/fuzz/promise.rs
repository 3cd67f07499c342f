//! The promises that hold in every round, and reports of broken ones.

use nix::sys::signal::Signal::{SIGABRT, SIGBUS, SIGILL, SIGSEGV, SIGTRAP};
use serde::{Deserialize, Serialize};

use super::reaper::Status;
use super::room::SECRET;
use super::running::VerbOutput;
use super::shell;
use super::step::Verb;

/// The result of a round.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RoundReport {
    /// Number of verbs that were played.
    pub verbs: usize,
    /// The first broken promise.
    pub finding: Option<Finding>,
}

/// A broken promise.
#[derive(Clone, Debug, thiserror::Error, Serialize, Deserialize)]
#[error("{broken:?}: {what}")]
pub struct Finding {
    /// The promise.
    pub broken: Broken,
    /// Number of the step that broke it; `usize::MAX` after the last step.
    pub step: usize,
    /// Description of what was seen.
    pub what: String,
}

/// The promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Broken {
    /// No process of `container` panics.
    Panicked,
    /// A verb ends, unless the user asked it to wait.
    Hung,
    /// A container sees nothing of the machine.
    Seen,
    /// The machine's files are changed neither by a container nor by a verb.
    Written,
    /// No process outside of containers gets a signal.
    Signalled,
    /// A container's process or monitor keeps nothing of the caller open.
    Kept,
    /// `rm -f` leaves nothing behind.
    Left,
    /// The exit status is the command's, or one that docker uses.
    Status,
    /// Control characters in a container's data do not reach the terminal.
    Control,
    /// The next container runs, whatever was done before.
    Dead,
}

impl Finding {
    /// Returns a text that is the same for findings with most likely the same
    /// cause.
    pub fn kind(&self) -> String {
        let line = self.what.lines().next().unwrap_or_default();
        let plain = |it: &char| !it.is_ascii_hexdigit();
        let words: String = line.chars().filter(plain).take(80).collect();
        format!("{:?} {words}", self.broken)
    }
}

/// Words on standard error that only a bug prints.
const NEVER_SAID: [&str; 3] =
    ["panicked at", "No child processes", "Bad file descriptor"];

/// Verbs that print data from containers and archives.
const QUIET: [&str; 3] = ["ps", "images", "import"];

/// Returns whether only a bug has this exit status or signal. No program in
/// these containers ends in this way.
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

/// Returns the first promise about a verb that its result breaks.
pub fn broken_by(verb: &Verb, said: &VerbOutput) -> Option<(Broken, String)> {
    let VerbOutput {
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

/// Returns the lines around the first one that contains a word.
fn around(word: &str, text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let found = lines.iter().position(|line| line.contains(word));
    let found = found.unwrap_or_default();
    lines[found.saturating_sub(5)..(found + 3).min(lines.len())].join("\n")
}
