//! Output and exit status of a program that was started.

use std::time::Duration;

use protocol::{ExitStatus, Source};

use super::printing::Printing;

/// Output and exit status of a program, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collected {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Whether the program printed more than is kept.
    pub truncated: bool,
    /// Exit status, once the program has ended.
    pub status: Option<ExitStatus>,
    /// Times at which the program printed.
    printing: Printing,
    /// Most of each output that is kept, in bytes.
    most: usize,
}

impl Collected {
    /// A value that keeps no output.
    pub(super) const NOTHING: Self = Self::up_to(0);

    /// Returns a value that keeps at most this many bytes of each output.
    pub(super) const fn up_to(most: usize) -> Self {
        Self {
            stdout: Vec::new(),
            stderr: Vec::new(),
            truncated: false,
            status: None,
            printing: Printing::NEVER,
            most,
        }
    }

    /// Whether the program has printed, and has not paused since.
    pub fn prints_without_pause(&self, now: Duration) -> bool {
        self.printing.has_no_pause(now)
    }

    /// Adds output that the machine has reported.
    pub(super) fn add(&mut self, source: Source, bytes: &[u8], now: Duration) {
        self.printing.at(now);
        let output = match source {
            Source::Stdout => &mut self.stdout,
            Source::Stderr => &mut self.stderr,
        };
        let room = self.most - output.len();
        self.truncated |= bytes.len() > room;
        output.extend(&bytes[..bytes.len().min(room)]);
    }
}
