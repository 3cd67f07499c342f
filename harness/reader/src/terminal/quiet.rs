//! The person's terminal while something is played on it, and after that.

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

/// While this lives, keys that nobody waits for are not shown: they would
/// stand in the middle of the lesson. However it ends, by a panic or any
/// signal too, the terminal is then as it was.
pub struct Quiet {
    before: Option<Termios>,
    guard: Option<Arc<Guard>>,
    signals: Handle,
    thread: Option<JoinHandle<()>>,
}

impl Quiet {
    /// From now on.
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

    /// As Ctrl-Z does: everything stands still until the shell says `fg`.
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
            // It has nothing to report.
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
    // There is no better mode for a terminal that is gone.
    let _ = tcsetattr(io::stdin().as_fd(), SetArg::TCSANOW, mode);
}

/// Ctrl-C means the same whether a key is waited for or not: to quit. QEMU
/// ends with us.
fn end(signal: i32) {
    if signal != SIGINT {
        let _ = emulate_default_handler(signal);
    }
    process::exit(0);
}

/// What a panic says is to be read where other words are, line below line.
fn reset_before_a_panic_is_told() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            drop(reset::reset());
            // Where there was no other mode, none comes back.
            let _ = crossterm::terminal::disable_raw_mode();
            before(panic);
        }));
    });
}
