//! Everything that is printed on standard output and standard error.
//!
//! A write error does not stop the work: the work is finished first, then
//! [`exit_code`] reports the first error. A pipe that nobody reads any more is
//! no error. Full-screen pages and the player do not use this module: they
//! write to their terminal directly, and end when it is gone.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, PoisonError};

use crate::exit_code::ENVIRONMENT;

/// A stream and its first write error. After an error nothing more is written.
struct Channel {
    name: &'static str,
    failed: Mutex<Option<ErrorKind>>,
}

static STDOUT: Channel = Channel::new("stdout");
static STDERR: Channel = Channel::new("stderr");

/// Message for the first error that has to be reported.
static ERROR: Mutex<Option<String>> = Mutex::new(None);

impl Channel {
    const fn new(name: &'static str) -> Self {
        Self {
            name,
            failed: Mutex::new(None),
        }
    }

    fn write(&self, to: &mut dyn Write, bytes: &[u8]) {
        if failure(self).is_none() {
            let written = to.write_all(bytes).and_then(|()| to.flush());
            self.keep(written);
        }
    }

    fn keep(&self, written: io::Result<()>) {
        let Err(error) = written else { return };
        *lock(&self.failed) = Some(error.kind());
        if error.kind() != ErrorKind::BrokenPipe {
            let text = format!("write({}): {error}", self.name);
            lock(&ERROR).get_or_insert(text);
        }
    }
}

fn failure(channel: &Channel) -> Option<ErrorKind> {
    *lock(&channel.failed)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Prints on standard output, for [`out!`](crate::out).
pub fn say(words: fmt::Arguments<'_>) {
    write(words.to_string().as_bytes());
}

/// Prints on standard error, for [`err!`](crate::err).
pub fn complain(words: fmt::Arguments<'_>) {
    write_error(words.to_string().as_bytes());
}

/// Writes bytes to standard output; they need not be text.
pub fn write(bytes: &[u8]) {
    STDOUT.write(&mut io::stdout().lock(), bytes);
}

/// Writes bytes to standard error; they need not be text.
pub fn write_error(bytes: &[u8]) {
    STDERR.write(&mut io::stderr().lock(), bytes);
}

/// Records the result of a write to standard output that a library has made.
pub fn written(result: io::Result<()>) {
    STDOUT.keep(result);
}

/// Whether writing to standard output has failed, for example because nobody
/// reads the pipe any more.
pub fn is_gone() -> bool {
    failure(&STDOUT).is_some()
}

/// Returns the exit code for work that ended with code `work`, raised to 69
/// after a write error. Prints that error.
pub fn exit_code(work: u8) -> u8 {
    let Some(error) = lock(&ERROR).take() else {
        return work;
    };
    complain(format_args!("{error}\n"));
    work.max(ENVIRONMENT)
}

/// Like `print!`; errors are handled as [`output`](crate::output) describes.
#[macro_export]
macro_rules! out {
    ($($words:tt)*) => { $crate::output::say(format_args!($($words)*)) };
}

/// Like `println!`; errors are handled as [`output`](crate::output) describes.
#[macro_export]
macro_rules! outln {
    () => { $crate::out!("\n") };
    ($($words:tt)*) => { $crate::out!("{}\n", format_args!($($words)*)) };
}

/// Like `eprint!`; errors are handled as [`output`](crate::output) describes.
#[macro_export]
macro_rules! err {
    ($($words:tt)*) => { $crate::output::complain(format_args!($($words)*)) };
}

/// Like `eprintln!`; errors are handled as [`output`](crate::output) describes.
#[macro_export]
macro_rules! errln {
    ($($words:tt)*) => { $crate::err!("{}\n", format_args!($($words)*)) };
}
