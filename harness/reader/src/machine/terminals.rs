//! Terminals in the machine, in which a lesson's commands run.

use std::time::Duration;

use protocol::{Event, ExitStatus, Request, StreamId, WindowSize};

use super::control::{Machine, SILENCE};
use super::failure::{Failure, Fate};
use super::printing::Printing;

/// Most output of one command that is kept, in bytes. A lesson with more is
/// wrong, so the limit may be generous.
const MOST_SHOWN: usize = 1 << 20;

/// Output after which a command is no longer waited for, in bytes.
const FLOOD: usize = 2 * MOST_SHOWN;

/// A lasting terminal in the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    id: StreamId,
    /// PID of the first shell.
    pub shell: i32,
}

/// Result of a command in a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Bytes that the terminal showed: standard output and error, in order.
    pub output: Vec<u8>,
    /// Whether the command printed more than is kept.
    pub truncated: bool,
    /// State of the terminal after the command.
    pub then: Then,
}

/// State of a terminal after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// A shell waits for the next command.
    Prompt {
        /// Exit status of the last command.
        status: u8,
        /// PID of the shell.
        shell: i32,
    },
    /// The terminal's first shell has ended, and with it the terminal.
    Closed(ExitStatus),
    /// The command still runs, and has been silent at least once for a while;
    /// the machine is well.
    Overdue,
    /// The command prints without a pause; the machine is well.
    Printing,
}

impl Machine {
    /// Opens a terminal and waits for its first prompt.
    pub fn open_terminal(&mut self) -> Result<Terminal, Failure> {
        let id = self.new_id();
        self.send(&Request::OpenTerminal {
            id,
            size: WindowSize::LESSON,
        })?;
        let first = self.until_prompt(id, SILENCE)?;
        match first.then {
            Then::Prompt { shell, .. } => Ok(Terminal { id, shell }),
            other => {
                let reason = format!("a new terminal is {other:?}");
                Err(self.failure(Fate::Lost(reason)))
            }
        }
    }

    /// Types a command in a terminal and waits for the next prompt.
    pub fn run(
        &mut self,
        terminal: Terminal,
        command: &str,
        limit: Duration,
    ) -> Result<Finished, Failure> {
        let bytes = format!("{command}\n").into_bytes();
        self.send(&Request::Input {
            id: terminal.id,
            bytes,
        })?;
        self.until_prompt(terminal.id, limit)
    }

    fn until_prompt(
        &mut self,
        terminal: StreamId,
        limit: Duration,
    ) -> Result<Finished, Failure> {
        let until = self.had() + limit;
        let mut printing = Printing::default();
        let mut output = Vec::new();
        let mut printed = 0;
        let then = loop {
            match self.next_event_of_command(until)? {
                None if printing.has_no_pause(self.had()) => {
                    break Then::Printing;
                }
                None => break Then::Overdue,
                Some(Event::Output { id, bytes, .. }) if id == terminal => {
                    let room = MOST_SHOWN - output.len();
                    printed += bytes.len();
                    output.extend(bytes.into_iter().take(room));
                    printing.at(self.had());
                    if printed > FLOOD {
                        break Then::Printing;
                    }
                }
                Some(Event::Prompt { id, status, shell }) if id == terminal => {
                    break Then::Prompt { status, shell };
                }
                Some(Event::Exit { id, status }) if id == terminal => {
                    break Then::Closed(status);
                }
                Some(event) => self.check(event)?,
            }
        };
        Ok(Finished {
            truncated: printed > output.len(),
            output,
            then,
        })
    }
}
