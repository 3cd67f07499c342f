//! The QEMU Machine Protocol: commands to QEMU, and events that tell how the
//! machine ended. QEMU's exit status tells nothing: it is 0 even after a panic.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, ErrorKind, IoSlice, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};
use serde_json::{Value, json};

use super::clock::{Clock, Silence};

/// Time limit for an answer. QEMU answers at once, so a slower one is stuck.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to QEMU's monitor.
pub struct Qmp {
    socket: UnixStream,
    messages: Receiver<Value>,
    /// Events that arrived while a command's answer was waited for.
    events: VecDeque<Value>,
    /// Clock of QEMU, which limits the wait for its answers.
    clock: Clock,
}

/// Reason for which the machine stopped. If QEMU reports several, the greatest
/// is the cause of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// The machine switched itself off.
    Poweroff,
    /// The machine was reset, or its processor could not go on (a triple
    /// fault).
    Reset,
    /// The kernel panicked.
    Panic,
}

impl Qmp {
    /// Takes over the monitor's socket. QEMU answers the first command after it
    /// has set up the machine, and reports events from then on.
    pub fn new(socket: UnixStream, clock: Clock) -> std::io::Result<Self> {
        let reader = BufReader::new(socket.try_clone()?);
        let (sender, messages) = mpsc::channel();
        thread::spawn(move || {
            for line in reader.lines() {
                let Ok(line) = line else { return };
                let Ok(message) = serde_json::from_str(&line) else {
                    continue;
                };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let events = VecDeque::new();
        let mut qmp = Self {
            socket,
            messages,
            events,
            clock,
        };
        match qmp.send("qmp_capabilities", &json!({})) {
            // A QEMU that has already ended gives its reason on standard error.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(qmp),
            result => result.map(|()| qmp),
        }
    }

    fn send(
        &mut self,
        command: &str,
        arguments: &Value,
    ) -> std::io::Result<()> {
        self.socket
            .write_all(command_line(command, arguments).as_bytes())
    }

    /// Sends a command and waits for its answer.
    pub fn execute(&mut self, command: &str, arguments: &Value) -> Result<()> {
        self.send(command, arguments)
            .with_context(|| format!("QEMU's {command}"))?;
        self.answered(command)
    }

    /// Passes an open file to QEMU under this name.
    pub fn give_file(&mut self, name: &str, file: impl AsFd) -> Result<()> {
        let line = command_line("getfd", &json!({"fdname": name}));
        let files = [file.as_fd().as_raw_fd()];
        sendmsg::<()>(
            self.socket.as_raw_fd(),
            &[IoSlice::new(line.as_bytes())],
            &[ControlMessage::ScmRights(&files)],
            // If QEMU has ended, the call fails instead of raising a signal.
            MsgFlags::MSG_NOSIGNAL,
            None,
        )
        .context("QEMU's getfd")?;
        self.answered("getfd")
    }

    fn answered(&mut self, command: &str) -> Result<()> {
        let call = || format!("QEMU's {command}");
        loop {
            let message = self.next().with_context(call)?;
            if !message["event"].is_null() {
                self.events.push_back(message);
            } else if message["id"] == command {
                if let Some(error) = message["error"]["desc"].as_str() {
                    bail!("{}: {error}", call());
                }
                return Ok(());
            }
        }
    }

    fn next(&mut self) -> Result<Value, Silence> {
        let until = self.clock.had() + PATIENCE;
        self.clock.wait(&self.messages, until)
    }

    /// Waits until a migration has ended.
    pub fn migrated(&mut self) -> Result<()> {
        loop {
            let event = match self.events.pop_front() {
                Some(event) => event,
                None => self.next().context("QEMU's migration")?,
            };
            if event["event"] == "MIGRATION" {
                match event["data"]["status"].as_str() {
                    Some("completed") => return Ok(()),
                    Some("failed") => bail!("QEMU's migration failed"),
                    _ => {}
                }
            }
        }
    }

    /// Reads events until QEMU closes the monitor or the patience ends.
    pub fn stop_reason(&mut self, patience: Duration) -> Option<Stop> {
        let until = self.clock.had() + patience;
        let mut stop = None;
        loop {
            let message = match self.events.pop_front() {
                Some(event) => event,
                None => match self.clock.wait(&self.messages, until) {
                    Ok(message) => message,
                    Err(_) => return stop,
                },
            };
            stop = stop.max(read(&message));
        }
    }
}

/// Returns a command as a line of JSON. The answer carries the command's name
/// as id.
fn command_line(command: &str, arguments: &Value) -> String {
    let line =
        json!({"execute": command, "arguments": arguments, "id": command});
    format!("{line}\n")
}

fn read(message: &Value) -> Option<Stop> {
    match message["event"].as_str()? {
        "GUEST_PANICKED" => Some(Stop::Panic),
        "SHUTDOWN" => match message["data"]["reason"].as_str()? {
            "guest-panic" => Some(Stop::Panic),
            "guest-reset" => Some(Stop::Reset),
            "guest-shutdown" => Some(Stop::Poweroff),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use nix::unistd::Pid;

    use super::*;

    /// Returns a clock without a QEMU.
    fn clock() -> Clock {
        Clock::of(Pid::from_raw(0))
    }

    /// Returns the reason read from these last events.
    fn stop_after(events: &[&str]) -> Option<Stop> {
        let (ours, mut qemu) = UnixStream::pair().unwrap();
        let mut qmp = Qmp::new(ours, clock()).unwrap();
        for event in events {
            writeln!(qemu, "{event}").unwrap();
        }
        drop(qemu);
        qmp.stop_reason(Duration::from_secs(60))
    }

    /// QEMU's standard error has the reason, which is what a person should see.
    #[test]
    fn a_qemu_that_has_ended_at_once_is_no_failure_of_its_monitor() {
        let (ours, qemu) = UnixStream::pair().unwrap();
        drop(qemu);
        let mut qmp = Qmp::new(ours, clock()).unwrap();
        assert_eq!(qmp.stop_reason(Duration::from_secs(60)), None);
        let file = tempfile::tempfile().unwrap();
        assert!(qmp.give_file("state", &file).is_err());
    }

    #[test]
    fn a_reset_is_a_panic_only_after_a_panic() {
        let panic = r#"{"event": "GUEST_PANICKED", "data": {}}"#;
        let reset = r#"{"event": "SHUTDOWN",
            "data": {"guest": true, "reason": "guest-reset"}}"#
            .replace('\n', " ");
        assert_eq!(stop_after(&[&reset]), Some(Stop::Reset));
        assert_eq!(stop_after(&[panic, &reset]), Some(Stop::Panic));
        assert_eq!(stop_after(&[]), None);
    }

    #[test]
    fn a_poweroff_and_other_messages_are_no_panic() {
        let event =
            json!({"event": "SHUTDOWN", "data": {"reason": "guest-shutdown"}});
        assert_eq!(read(&event), Some(Stop::Poweroff));
        assert_eq!(read(&json!({"return": {}})), None);
    }

    #[test]
    fn an_answer_is_told_from_the_events_before_it() {
        let (ours, qemus) = UnixStream::pair().unwrap();
        let mut qmp = Qmp::new(ours, clock()).unwrap();
        let mut qemu = qemus;
        writeln!(qemu, r#"{{"QMP": {{}}}}"#).unwrap();
        writeln!(qemu, r#"{{"return": {{}}, "id": "qmp_capabilities"}}"#)
            .unwrap();
        writeln!(qemu, r#"{{"event": "STOP"}}"#).unwrap();
        writeln!(qemu, r#"{{"return": {{}}, "id": "stop"}}"#).unwrap();
        writeln!(
            qemu,
            r#"{{"event": "MIGRATION", "data": {{"status": "completed"}}}}"#
        )
        .unwrap();
        qmp.execute("stop", &json!({})).unwrap();
        qmp.migrated().unwrap();
        let refused = r#"{"error": {"desc": "no"}, "id": "cont"}"#;
        writeln!(qemu, "{refused}").unwrap();
        let error = qmp.execute("cont", &json!({})).unwrap_err();
        assert_eq!(error.to_string(), "QEMU's cont: no");
    }
}
