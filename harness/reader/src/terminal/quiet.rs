//! Keeps the person's terminal quiet while a lesson is played, and restores it.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::panic;
use std::process;
use std::sync::{Arc, Once};
use std::thread::{self, JoinHandle};

use nix::sys::signal::{Signal, killpg};
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::getpgrp;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;

use super::guard::Guard;
use super::{hang_up, mode, reset};

/// Hides typed keys while it lives: they would appear in the middle of the
/// lesson. The terminal gets its old mode back at the end, also after a panic
/// or any signal.
pub struct Quiet {
    before: Option<Termios>,
    guard: Option<Arc<Guard>>,
    signals: Handle,
    thread: Option<JoinHandle<()>>,
}

impl Quiet {
    /// Begins to hide keys, and prepares for the terminal's restoration.
    pub fn begin() -> io::Result<Self> {
        hang_up::ends_us();
        reset_before_a_panic_is_told();
        let before = tcgetattr(io::stdin().as_fd()).ok();
        let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
        let handle = signals.handle();
        let restored = before.clone();
        let guard = before
            .as_ref()
            .map(|mode| Guard::begin(mode, &reset::bytes()));
        let guard = guard.transpose()?;
        let guard = guard.map(Arc::new);
        let dismissed = guard.clone();
        let thread = thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                let _mode = mode::lock();
                let mut stdout = reset::reset();
                restore(restored.as_ref());
                dismiss(dismissed.as_deref());
                let _ = writeln!(stdout);
                end(signal);
            }
        });
        let quiet = Self {
            before,
            guard,
            signals: handle,
            thread: Some(thread),
        };
        quiet.silence();
        Ok(quiet)
    }

    fn silence(&self) {
        let _mode = mode::lock();
        if let Some(mut silent) = self.before.clone() {
            silent.local_flags.remove(LocalFlags::ECHO);
            set(&silent);
        }
    }

    /// Suspends the process group, as Ctrl-Z does, until the shell runs `fg`.
    pub fn suspend(&self) -> io::Result<()> {
        {
            let _mode = mode::lock();
            restore(self.before.as_ref());
        }
        killpg(getpgrp(), Signal::SIGTSTP)?;
        self.silence();
        Ok(())
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        self.signals.close();
        if let Some(thread) = self.thread.take() {
            // The thread returns nothing.
            let _ = thread.join();
        }
        drop(reset::reset());
        restore(self.before.as_ref());
        dismiss(self.guard.as_deref());
    }
}

fn dismiss(guard: Option<&Guard>) {
    if let Some(guard) = guard {
        guard.dismiss();
    }
}

fn restore(before: Option<&Termios>) {
    if let Some(before) = before {
        set(before);
    }
}

fn set(mode: &Termios) {
    // A terminal that is gone needs no mode.
    let _ = tcsetattr(io::stdin().as_fd(), SetArg::TCSANOW, mode);
}

/// Ends the process. Ctrl-C quits with status 0, whether or not a key is waited
/// for. QEMU ends with this process.
fn end(signal: i32) {
    if signal != SIGINT {
        let _ = emulate_default_handler(signal);
    }
    process::exit(0);
}

/// Resets the terminal before a panic's message is printed, so that the message
/// is readable and its lines start at the left.
fn reset_before_a_panic_is_told() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            drop(reset::reset());
            // Without raw mode there is nothing to restore.
            let _ = crossterm::terminal::disable_raw_mode();
            before(panic);
        }));
    });
}
