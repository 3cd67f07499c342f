//! The mode of the person's terminal, and who may change it.
//!
//! **Invariant:** whoever ends the process, on a signal, gives the terminal
//! its old mode back, and no other thread changes it after that.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossterm::terminal;

/// The thread that has this may change the mode. Who ends the process keeps it:
/// a thread that is about to wait for a key then waits for ever.
pub fn lock() -> MutexGuard<'static, ()> {
    static MODE: Mutex<()> = Mutex::new(());
    // Nothing is guarded that a panic could have left half done.
    MODE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Every key as it is pressed; the old mode again when dropped.
#[derive(Debug)]
pub struct RawMode(());

impl RawMode {
    /// From now on. What was typed before and is not a signal yet is not lost.
    pub fn enter() -> io::Result<Self> {
        let _mode = lock();
        terminal::enable_raw_mode()?;
        Ok(Self(()))
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        let _mode = lock();
        // There is no better mode to leave a terminal in that is gone.
        let _ = terminal::disable_raw_mode();
    }
}
