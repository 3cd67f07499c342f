//! What is said on standard output and standard error, all of it.
//!
//! A word that cannot be written ends no work: what was begun is done, and
//! then the first error is named, see [`exit_code`]. A pipe that nobody reads
//! any more is no error. Neither is a full-screen page or a player: they write
//! on their terminal by themselves, and end with it.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, PoisonError};

use crate::exit_code::ENVIRONMENT;

/// Where something is said, and why nothing more is said there.
struct Channel {
    name: &'static str,
    failed: Mutex<Option<ErrorKind>>,
}

static STDOUT: Channel = Channel::new("stdout");
static STDERR: Channel = Channel::new("stderr");

/// The first error that is to be named.
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

/// Says something on standard output; what [`out!`](crate::out) does.
pub fn say(words: fmt::Arguments<'_>) {
    write(words.to_string().as_bytes());
}

/// Says something on standard error; what [`err!`](crate::err) does.
pub fn complain(words: fmt::Arguments<'_>) {
    write_error(words.to_string().as_bytes());
}

/// Bytes for standard output, whatever they are.
pub fn write(bytes: &[u8]) {
    STDOUT.write(&mut io::stdout().lock(), bytes);
}

/// Bytes for standard error.
pub fn write_error(bytes: &[u8]) {
    STDERR.write(&mut io::stderr().lock(), bytes);
}

/// What a library has written by itself.
pub fn written(result: io::Result<()>) {
    STDOUT.keep(result);
}

/// Nobody can read standard output any more.
pub fn is_gone() -> bool {
    failure(&STDOUT).is_some()
}

/// The exit code of work that ends with this one: higher if something could
/// not be written, which is named here.
pub fn exit_code(work: u8) -> u8 {
    let Some(error) = lock(&ERROR).take() else {
        return work;
    };
    complain(format_args!("{error}\n"));
    work.max(ENVIRONMENT)
}

/// As `print!`, see [`output`](crate::output).
#[macro_export]
macro_rules! out {
    ($($words:tt)*) => { $crate::output::say(format_args!($($words)*)) };
}

/// As `println!`, see [`output`](crate::output).
#[macro_export]
macro_rules! outln {
    () => { $crate::out!("\n") };
    ($($words:tt)*) => { $crate::out!("{}\n", format_args!($($words)*)) };
}

/// As `eprint!`, see [`output`](crate::output).
#[macro_export]
macro_rules! err {
    ($($words:tt)*) => { $crate::output::complain(format_args!($($words)*)) };
}

/// As `eprintln!`, see [`output`](crate::output).
#[macro_export]
macro_rules! errln {
    ($($words:tt)*) => { $crate::err!("{}\n", format_args!($($words)*)) };
}
