//! The user's terminal: a full-screen page while a file is watched, and the old
//! content again afterwards, however the program ends.

use std::io::{self, Write};
use std::panic;
use std::sync::Once;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::terminal::{
    self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate,
    EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{execute, queue};
use nix::sys::signal::{Signal, killpg};
use nix::sys::termios::tcgetattr;
use nix::unistd::getpgrp;

use crate::player::style::{Line, Looks};
use crate::terminal::Guard;

/// The page. The old content comes back when it is dropped.
pub struct Screen {
    looks: Looks,
    guard: Option<Guard>,
}

impl Screen {
    /// Opens the page.
    pub fn open() -> io::Result<Self> {
        restore_before_a_panic_is_told();
        let mode = tcgetattr(io::stdin()).ok();
        let guard = mode.map(|mode| Guard::begin(&mode, &last_words()));
        let screen = Self {
            looks: Looks::of_environment(),
            guard: guard.transpose()?,
        };
        enter()?;
        Ok(screen)
    }

    /// Returns the number of columns and lines.
    pub fn size(&self) -> (usize, usize) {
        match terminal::size() {
            Ok((columns, lines)) if columns > 0 && lines > 0 => {
                (usize::from(columns), usize::from(lines))
            }
            _ => (80, 24),
        }
    }

    /// Shows these lines, which must fit.
    pub fn draw(&self, lines: &[Line]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        queue!(out, BeginSynchronizedUpdate, MoveTo(0, 0))?;
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                write!(out, "\r\n")?;
            }
            write!(out, "{}", line.render(self.looks))?;
            queue!(out, Clear(ClearType::UntilNewLine))?;
        }
        queue!(out, Clear(ClearType::FromCursorDown), EndSynchronizedUpdate)?;
        out.flush()
    }

    /// Suspends the process group, as Ctrl-Z does, until the shell's `fg`.
    pub fn suspend(&self) -> io::Result<()> {
        leave();
        killpg(getpgrp(), Signal::SIGTSTP)?;
        enter()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
        if let Some(guard) = &self.guard {
            guard.dismiss();
        }
    }
}

/// Returns the bytes that end the page if this process is killed, even in the
/// middle of a line.
fn last_words() -> Vec<u8> {
    let mut words = Vec::new();
    // Writing to a Vec cannot fail.
    let _ = queue!(words, EndSynchronizedUpdate, Show, LeaveAlternateScreen);
    words
}

fn enter() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, Hide)
}

/// Ends the page, if it is open. Failures of a terminal that is gone do not
/// matter.
fn leave() {
    if matches!(terminal::is_raw_mode_enabled(), Ok(true)) {
        let _ = execute!(io::stdout(), Show, LeaveAlternateScreen);
        let _ = terminal::disable_raw_mode();
    }
}

/// Makes a panic end the page first, so that its message stays readable.
fn restore_before_a_panic_is_told() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            leave();
            before(panic);
        }));
    });
}
