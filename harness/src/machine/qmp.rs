//! What QEMU says of the machine's fate: the QEMU Machine Protocol, of which
//! only the events are needed. QEMU's exit status tells nothing: it is 0
//! after a panic too.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The monitor's events, as they come.
pub struct Qmp {
    events: Receiver<Value>,
}

/// How the machine said it stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The kernel panicked.
    Panic,
    /// It switched itself off.
    Poweroff,
}

impl Qmp {
    /// Takes over the monitor's socket.
    pub fn new(socket: UnixStream) -> std::io::Result<Self> {
        let mut writer = socket.try_clone()?;
        let (sender, events) = mpsc::channel();
        thread::spawn(move || {
            // Without this first command QEMU reports no events.
            let hello = b"{\"execute\":\"qmp_capabilities\"}\n";
            if writer.write_all(hello).is_err() {
                return;
            }
            for line in BufReader::new(socket).lines() {
                let Ok(line) = line else { return };
                let Ok(message) = serde_json::from_str(&line) else {
                    continue;
                };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Ok(Self { events })
    }

    /// Reads events until QEMU closes the monitor, or the time is over.
    pub fn stop_reason(&self, patience: Duration) -> Option<Stop> {
        let deadline = Instant::now() + patience;
        let mut stop = None;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(message) = self.events.recv_timeout(left) else {
                return stop;
            };
            match read(&message) {
                Some(Stop::Panic) => return Some(Stop::Panic),
                Some(Stop::Poweroff) => stop = Some(Stop::Poweroff),
                None => {}
            }
        }
    }
}

fn read(message: &Value) -> Option<Stop> {
    match message["event"].as_str()? {
        "GUEST_PANICKED" => Some(Stop::Panic),
        // The kernel is told to reboot when it panics, and for nothing else.
        "SHUTDOWN" => match message["data"]["reason"].as_str()? {
            "guest-panic" | "guest-reset" => Some(Stop::Panic),
            "guest-shutdown" => Some(Stop::Poweroff),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reset_is_a_panic_because_panics_reset() {
        let event =
            json!({"event": "SHUTDOWN", "data": {"reason": "guest-reset"}});
        assert_eq!(read(&event), Some(Stop::Panic));
    }

    #[test]
    fn a_poweroff_and_other_messages_are_no_panic() {
        let event =
            json!({"event": "SHUTDOWN", "data": {"reason": "guest-shutdown"}});
        assert_eq!(read(&event), Some(Stop::Poweroff));
        assert_eq!(read(&json!({"return": {}})), None);
    }
}
