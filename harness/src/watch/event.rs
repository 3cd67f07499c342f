//! Events that a watch waits for, from threads of their own.

use std::sync::mpsc::{Receiver, Sender};
use std::thread;

use anyhow::{Context, Result};
use crossterm::event::{self, Event as Input};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::worker::News;

/// An event.
pub enum Event {
    /// A key, or a new size of the terminal.
    Input(Input),
    /// The file may have been saved.
    Changed,
    /// News of the grading.
    News(News),
    /// A signal that ends the process.
    Signal(i32),
}

/// Waits for the next event.
pub fn next(events: &Receiver<Event>) -> Result<Event> {
    events.recv().context("nothing can happen any more")
}

/// Starts a thread that waits for keys until the process ends.
pub fn listen_to_keys(sender: Sender<Event>) {
    thread::spawn(move || {
        loop {
            let event = match event::read() {
                Ok(input) => Event::Input(input),
                // The terminal is gone.
                Err(_) => Event::Signal(SIGHUP),
            };
            let over = matches!(event, Event::Signal(_));
            if sender.send(event).is_err() || over {
                return;
            }
        }
    });
}

/// Starts a thread that waits for signals.
pub fn listen_to_signals(sender: Sender<Event>) -> Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            if sender.send(Event::Signal(signal)).is_err() {
                return;
            }
        }
    });
    Ok(())
}
