//! One line that says what is going on, at a terminal and only there.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A line that is removed when this is dropped.
pub struct Progress(ProgressBar);

/// Shows what is going on, with the time it has taken so far.
pub fn start(what: &'static str) -> Progress {
    let plain = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    if plain || !io::stderr().is_terminal() {
        return Progress(ProgressBar::hidden());
    }
    let bar = ProgressBar::new_spinner().with_message(what);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    Progress(bar)
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
