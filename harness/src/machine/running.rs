//! A program that runs in the machine while other things are asked of it.

use std::time::{Duration, Instant};

use protocol::{Event, ExitStatus, Facts, Request, Source, StreamId};

use super::control::Machine;
use super::failure::{Failure, Fate};

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
        let end = Instant::now() + patience;
        loop {
            match self.event_until(end)? {
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
    /// has ended; `false`: it was neither when the time was over.
    pub fn follow(
        &mut self,
        running: Running,
        end: Instant,
        mut enough: impl FnMut(&Collected) -> bool,
    ) -> Result<bool, Failure> {
        loop {
            let now = self.collected(running);
            if now.status.is_some() || enough(now) {
                return Ok(true);
            }
            match self.event_until(end)? {
                None => return Ok(false),
                Some(event) => self.check(event)?,
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
        let end = Instant::now() + patience;
        loop {
            match self.event_until(end)? {
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

    /// The next event before this moment.
    fn event_until(&mut self, end: Instant) -> Result<Option<Event>, Failure> {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        self.poll_event(left)
    }
}

impl Collected {
    /// Takes what the machine reports of this program.
    pub(super) fn add(&mut self, source: Source, bytes: &[u8]) {
        let output = match source {
            Source::Stdout => &mut self.stdout,
            Source::Stderr => &mut self.stderr,
        };
        let room = MOST_OUTPUT - output.len();
        self.truncated |= bytes.len() > room;
        output.extend(&bytes[..bytes.len().min(room)]);
    }
}
