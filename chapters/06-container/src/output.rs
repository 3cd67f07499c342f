//! output - all that is printed, and what happens if it cannot be written
//!
//! The work is done all the same, and the error is said once, at the end. A
//! pipe that nobody reads any more is no error: its reader has seen enough.
//!
//! See: write(2), full(4), SIGPIPE in signal(7)

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

use crate::error::{Named, Result};
use crate::kernel::word::escaped;

/// The first error of writing to standard output.
static FAILED: OnceLock<io::Error> = OnceLock::new();

/// Prints a line.
pub fn line(text: impl Display) {
    bytes(format!("{text}\n").as_bytes());
}

/// Prints bytes as they are. Returns whether anybody takes them.
pub fn bytes(bytes: &[u8]) -> bool {
    let mut stdout = io::stdout().lock();
    taken(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// Keeps the first error of writing to standard output. Returns whether there
/// was none.
pub fn taken(written: io::Result<()>) -> bool {
    let Err(error) = written else { return true };
    if error.kind() != ErrorKind::BrokenPipe {
        let _ = FAILED.set(error);
    }
    false
}

/// Says something about the work, on standard error. A failure is ignored.
pub fn say(text: impl Display) {
    heard(escaped(&format!("{text}\n"), "\n\t").as_bytes());
}

/// Writes bytes to standard error. Returns whether anybody takes them.
pub fn heard(bytes: &[u8]) -> bool {
    io::stderr().write_all(bytes).is_ok()
}

/// Returns the first error of writing to standard output, if there was one.
pub fn check() -> Result<()> {
    let failed = FAILED.get().and_then(io::Error::raw_os_error);
    let failed = failed.map(io::Error::from_raw_os_error);
    failed
        .map_or(Ok(()), Err)
        .named("write", "stdout")
        .map_err(|error| error.with_status(1))
}
