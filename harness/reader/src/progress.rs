//! One line that says what is going on, at a terminal. Elsewhere only what
//! happens once, and takes long, has a line.

use crate::{errln, out};
use std::borrow::Cow;
use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How often the line moves.
const TICK: Duration = Duration::from_millis(100);

/// What takes less is over before a line about it is read.
const SLOW: Duration = Duration::from_millis(400);

/// The line that is shown, for what knows nothing of it.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// A line that is removed when this is dropped.
pub struct Progress {
    bar: ProgressBar,
    wait: Option<(Sender<()>, JoinHandle<()>)>,
}

/// Shows what is going on, with the time it has taken so far. The line is
/// there when this returns: the thread that moves it may come late on a busy
/// computer.
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

/// Says that something happens which happens once: in the line that is shown,
/// or in a line of its own where none can be shown.
pub fn once(what: &'static str) {
    let shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match &*shown {
        Some(bar) if !bar.is_hidden() => bar.set_message(what),
        _ if is_plain() => errln!("{what}"),
        _ => {}
    }
}

/// Shows what is going on, if it goes on for some time.
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

/// Whether nothing can be written twice on one line.
fn is_plain() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    dumb || !io::stderr().is_terminal()
}

impl Progress {
    /// Prints something for good, above the line.
    pub fn print(&self, text: &str) {
        self.bar.suspend(|| out!("{text}"));
    }

    /// Says something else from now on.
    pub fn say(&self, what: impl Into<Cow<'static, str>>) {
        self.bar.set_message(what);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.wait.take() {
            drop(sender);
            // It only waits and starts the ticking; it cannot fail.
            let _ = thread.join();
        }
        show(None);
        self.bar.finish_and_clear();
    }
}
