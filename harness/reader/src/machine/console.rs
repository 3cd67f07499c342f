//! The machine's serial console: keeps its last lines, and reports its end.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Number of lines that are kept. An oops of the kernel has fifty, and the
/// lines before them say what it is.
const LINES: usize = 80;

/// Longest line in bytes.
const LONGEST_LINE: u64 = 4096;

/// The machine's serial console.
pub(super) struct Console {
    lines: Arc<Mutex<VecDeque<String>>>,
    /// Channel that never carries a message. It closes when QEMU closes the
    /// console.
    end: Receiver<Infallible>,
}

impl Console {
    /// Reads the console in a thread until QEMU closes it.
    pub(super) fn read(socket: UnixStream) -> Self {
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let shared = Arc::clone(&lines);
        let (open, end) = mpsc::channel();
        thread::spawn(move || {
            let _open = open;
            keep_last_lines(socket, &shared);
        });
        Self { lines, end }
    }

    /// Returns the last lines so far.
    pub(super) fn lines(&self) -> Vec<String> {
        let lines = self.lines.lock().map(|l| l.iter().cloned().collect());
        lines.unwrap_or_default()
    }

    /// Waits until everything that QEMU wrote is among the lines, or until the
    /// patience ends. Returns whether the console is closed.
    pub(super) fn wait_for_end(&self, patience: Duration) -> bool {
        self.end.recv_timeout(patience) == Err(RecvTimeoutError::Disconnected)
    }
}

fn keep_last_lines(socket: UnixStream, lines: &Mutex<VecDeque<String>>) {
    let mut reader = BufReader::new(socket);
    let mut line = Vec::new();
    // A line without an end is cut, because its writer may never end it.
    while (&mut reader)
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut line)
        .is_ok_and(|n| n > 0)
    {
        let text = plain(&String::from_utf8_lossy(&line));
        line.clear();
        let Ok(mut lines) = lines.lock() else { return };
        if !text.is_empty() {
            lines.push_back(text);
        }
        while lines.len() > LINES {
            lines.pop_front();
        }
    }
}

/// Removes the firmware's control sequences, and white space at the end.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        if c == '\x1b' {
            let csi = rest.next() == Some('[');
            if csi {
                for c in rest.by_ref() {
                    if c.is_ascii_alphabetic() {
                        break;
                    }
                }
            }
        } else if !c.is_control() {
            text.push(c);
        }
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_firmwares_control_sequences_are_not_shown() {
        assert_eq!(plain("\x1bc\x1b[?7l\x1b[2JSeaBIOS\r\n"), "SeaBIOS");
    }

    #[test]
    fn the_end_comes_after_the_last_line_also_without_a_newline() {
        let (ours, mut qemus) = UnixStream::pair().unwrap();
        let console = Console::read(ours);
        let writer = thread::spawn(move || {
            for number in 0..100_000 {
                writeln!(qemus, "line {number}").unwrap();
            }
            write!(qemus, "the reason").unwrap();
        });
        console.wait_for_end(Duration::from_secs(60));
        let lines = console.lines();
        assert_eq!(lines.len(), LINES);
        assert_eq!(lines.last().unwrap(), "the reason");
        writer.join().unwrap();
    }
}
