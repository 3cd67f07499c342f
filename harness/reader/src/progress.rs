//! One line at the terminal that says what is going on. Without a terminal,
//! only a step that happens once and takes long gets a line.

use crate::{errln, out};
use std::borrow::Cow;
use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Interval between two updates of the line.
const TICK: Duration = Duration::from_millis(100);

/// Delay before a line appears: a shorter step ends before anybody has read it.
const SLOW: Duration = Duration::from_millis(400);

/// The line on the screen, for callers that have no `Progress`.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// A line that disappears when this value is dropped.
pub struct Progress {
    bar: ProgressBar,
    wait: Option<(Sender<()>, JoinHandle<()>)>,
}

/// Shows what is going on, with the elapsed time. The line is visible when this
/// function returns: on a busy computer the thread that updates it may start
/// late.
pub fn start(what: impl Into<Cow<'static, str>>) -> Progress {
    let bar = bar(what.into());
    bar.tick();
    bar.enable_steady_tick(TICK);
    show(Some(bar.clone()));
    Progress { bar, wait: None }
}

fn show(bar: Option<ProgressBar>) {
    *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = bar;
}

/// Announces a step that happens only once: in the current line, or in a line
/// of its own where no line can be updated.
pub fn once(what: impl Into<Cow<'static, str>>) {
    let what = what.into();
    let shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match &*shown {
        Some(bar) if !bar.is_hidden() => bar.set_message(what),
        _ if is_plain() => errln!("{what}"),
        _ => {}
    }
}

/// Shows what is going on, if it takes longer than `SLOW`.
pub fn if_slow(what: impl Into<Cow<'static, str>>) -> Progress {
    let bar = bar(what.into());
    let (sender, ended) = mpsc::channel();
    let later = bar.clone();
    let thread = thread::spawn(move || {
        if ended.recv_timeout(SLOW) == Err(RecvTimeoutError::Timeout) {
            later.enable_steady_tick(TICK);
        }
    });
    Progress {
        bar,
        wait: Some((sender, thread)),
    }
}

fn bar(what: Cow<'static, str>) -> ProgressBar {
    if is_plain() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_message(what);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}")
    {
        bar.set_style(style);
    }
    bar
}

/// Whether a line cannot be overwritten.
fn is_plain() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    dumb || !io::stderr().is_terminal()
}

impl Progress {
    /// Prints text above the line; the text stays.
    pub fn print(&self, text: &str) {
        self.bar.suspend(|| out!("{text}"));
    }

    /// Replaces the text of the line.
    pub fn say(&self, what: impl Into<Cow<'static, str>>) {
        self.bar.set_message(what);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.wait.take() {
            drop(sender);
            // The thread only waits and starts the ticking; it cannot fail.
            let _ = thread.join();
        }
        show(None);
        self.bar.finish_and_clear();
    }
}
