//! Detects a command that prints without end.

use std::time::Duration;

/// Silence of this length is a pause.
const PAUSE: Duration = Duration::from_secs(3);

/// Times at which a command has printed, in its machine's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Printing {
    last: Option<Duration>,
    paused: bool,
}

impl Printing {
    /// A command that has printed nothing.
    pub const NEVER: Self = Self {
        last: None,
        paused: false,
    };

    /// Records that the command has just printed.
    pub fn at(&mut self, now: Duration) {
        self.paused |= self.is_silent(now);
        self.last = Some(now);
    }

    /// Whether the command has printed, and has not paused since.
    pub fn has_no_pause(&self, now: Duration) -> bool {
        self.last.is_some() && !self.paused && !self.is_silent(now)
    }

    fn is_silent(&self, now: Duration) -> bool {
        self.last
            .is_some_and(|last| now.saturating_sub(last) >= PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(printed: &[u64], now: u64) -> bool {
        let mut printing = Printing::default();
        for &second in printed {
            printing.at(Duration::from_secs(second));
        }
        printing.has_no_pause(Duration::from_secs(now))
    }

    #[test]
    fn who_never_pauses_prints_without_end() {
        assert!(after(&[5, 6, 7, 8, 9], 10));
        assert!(!after(&[], 10));
        assert!(!after(&[1, 2], 10));
        assert!(!after(&[1, 5, 9], 10));
    }
}
