//! The steps of a round.

use std::time::Duration;

use super::image::Image;
use super::spoil::Spoil;

/// One step of a round.
#[derive(Clone, Debug)]
pub enum Step {
    /// A verb.
    One(Verb),
    /// Two verbs at the same time.
    Both(Verb, Verb),
    /// Damage to a file that `container` keeps.
    Spoil(Spoil),
    /// SIGKILL to a process of this number: a monitor, or one in a container.
    Kill(usize),
    /// New content of the machine's own /etc/hosts.
    Hosts(Vec<u8>),
    /// A pause.
    Pause(Duration),
}

/// A verb of `container`.
#[derive(Clone, Debug, Default)]
pub struct Verb {
    /// Words after `container`.
    pub words: Vec<Vec<u8>>,
    /// Environment variables, besides PATH.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// Commands of a shell, which then becomes `container`.
    pub setting: &'static str,
    /// Standard input.
    pub input: Input,
    /// Whether standard output is read.
    pub is_read: bool,
    /// Expected end.
    pub fate: Fate,
    /// Exit status of the container's program, if there is only one possible.
    pub status: Option<i32>,
}

/// Standard input of a verb.
#[derive(Clone, Debug, Default)]
pub enum Input {
    /// No bytes.
    #[default]
    Nothing,
    /// These bytes.
    Bytes(Vec<u8>),
    /// An archive.
    Image(Image),
}

/// The expected end of a verb.
#[derive(Clone, Copy, Debug, Default)]
pub enum Fate {
    /// The verb ends by itself, or the promise is broken.
    #[default]
    Ends,
    /// The verb may last, and gets a signal.
    Killed {
        /// Time after the start.
        after: Duration,
        /// Number of the signal.
        signal: i32,
    },
}

impl Verb {
    /// Returns the first word, or `?` if it is not UTF-8.
    pub fn name(&self) -> &str {
        let first = self.words.first().map(Vec::as_slice);
        str::from_utf8(first.unwrap_or_default()).unwrap_or("?")
    }
}

/// Placeholder for a container's ID in a word; a number follows.
pub const ID: &str = "@ID";
