//! A program that runs in the machine while other things are asked of it.

use std::time::Duration;

use protocol::{Event, ExitStatus, Facts, Request, Source, StreamId};

use super::control::Machine;
use super::failure::{Failure, Fate};
use super::printing::Printing;

/// The most of each output that is kept: what comes after is dropped, and the
/// program may go on printing.
const MOST_OUTPUT: usize = 256 << 10;

/// A program that was started and not yet waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    id: StreamId,
    /// Its PID, as PID 1 of the machine sees it.
    pub pid: i32,
}

/// What is known of a program by now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
    /// Whether it printed more than is kept.
    pub truncated: bool,
    /// How it ended, once it has.
    pub status: Option<ExitStatus>,
    /// When it printed.
    printing: Printing,
}

impl Machine {
    /// Starts a program on pipes. None: there is no such program, or it is
    /// none (execvp failed with this errno).
    pub fn start_program(
        &mut self,
        argv: &[&str],
        patience: Duration,
    ) -> Result<Result<Running, i32>, Failure> {
        let own = self.new_id();
        let argv = argv.iter().map(ToString::to_string).collect();
        self.send(&Request::Exec { id: own, argv })?;
        let until = self.had() + patience;
        loop {
            match self.event_until(until)? {
                None => return Err(self.silent(patience)),
                Some(Event::Started { id, pid }) if id == own => {
                    self.collected.insert(id, Collected::default());
                    return Ok(Ok(Running { id, pid }));
                }
                Some(Event::Exit {
                    id,
                    status: ExitStatus::NotStarted(errno),
                }) if id == own => return Ok(Err(errno)),
                Some(event) => self.check(event)?,
            }
        }
    }

    /// Waits until what is known of a program satisfies a condition, or it
    /// has ended; `false`: it was neither when the machine had had so much.
    pub fn follow(
        &mut self,
        running: Running,
        until: Duration,
        mut enough: impl FnMut(&Collected) -> bool,
    ) -> Result<bool, Failure> {
        loop {
            let now = self.collected(running);
            if now.status.is_some() || enough(now) {
                return Ok(true);
            }
            if self.had() >= until {
                return Ok(false);
            }
            if let Some(event) = self.event_until(until)? {
                self.check(event)?;
            }
        }
    }

    /// What is known of a program by now.
    pub fn collected(&self, running: Running) -> &Collected {
        static NOTHING: Collected = Collected {
            stdout: Vec::new(),
            stderr: Vec::new(),
            truncated: false,
            status: None,
            printing: Printing::NEVER,
        };
        self.collected.get(&running.id).unwrap_or(&NOTHING)
    }

    /// Nothing more will come for the program to read.
    pub fn close_input(&mut self, running: Running) -> Result<(), Failure> {
        self.send(&Request::CloseInput { id: running.id })
    }

    /// What the kernel holds now, if PID 1 comes to look in this time.
    pub fn facts_within(
        &mut self,
        patience: Duration,
    ) -> Result<Facts, Failure> {
        self.send(&Request::Facts)?;
        let until = self.had() + patience;
        loop {
            match self.event_until(until)? {
                None => return Err(self.silent(patience)),
                // Without /proc it does not even see itself.
                Some(Event::Facts(facts)) if facts.processes.is_empty() => {
                    let reason = "there is nothing in /proc".to_owned();
                    return Err(self.failure(Fate::Refused(reason)));
                }
                Some(Event::Facts(facts)) => return Ok(facts),
                Some(event) => self.check(event)?,
            }
        }
    }
}

impl Collected {
    /// Whether it has printed, and never paused since it began to.
    pub fn prints_without_pause(&self, now: Duration) -> bool {
        self.printing.has_no_pause(now)
    }

    /// Takes what the machine reports of this program.
    pub(super) fn add(&mut self, source: Source, bytes: &[u8], now: Duration) {
        self.printing.at(now);
        let output = match source {
            Source::Stdout => &mut self.stdout,
            Source::Stderr => &mut self.stderr,
        };
        let room = MOST_OUTPUT - output.len();
        self.truncated |= bytes.len() > room;
        output.extend(&bytes[..bytes.len().min(room)]);
    }
}
