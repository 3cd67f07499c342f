//! The mode of the person's terminal, and who may change it.
//!
//! **Invariant:** the thread that ends the process on a signal restores the
//! terminal's old mode, and no other thread changes the mode after that.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossterm::terminal;

/// Locks the terminal's mode: only the holder may change it. The thread that
/// ends the process keeps the lock; a thread that wants to wait for a key then
/// waits for ever.
pub fn lock() -> MutexGuard<'static, ()> {
    static MODE: Mutex<()> = Mutex::new(());
    // The lock guards no data, so a panic cannot have left any half changed.
    MODE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Raw mode, in which every key arrives at once. Dropping it restores the old
/// mode.
#[derive(Debug)]
pub struct RawMode(());

impl RawMode {
    /// Enters raw mode. Keys typed before are not lost, unless they became a
    /// signal.
    pub fn enter() -> io::Result<Self> {
        let _mode = lock();
        terminal::enable_raw_mode()?;
        Ok(Self(()))
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        let _mode = lock();
        // A terminal that is gone needs no mode.
        let _ = terminal::disable_raw_mode();
    }
}
