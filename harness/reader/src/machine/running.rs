//! Runs programs in the machine: starts them on pipes, and follows them to
//! their end.

use std::time::Duration;

use protocol::{Event, ExitStatus, Request, StreamId, frame};

use super::collected::Collected;
use super::control::{Machine, SILENCE};
use super::failure::Failure;

/// Most of each output that is kept of a program from
/// [`Machine::start_program`], in bytes. A learner's program may print without
/// end.
const MOST_KEPT: usize = 256 << 10;

/// A program that was started and has not been waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    id: StreamId,
    /// PID of the program in the machine's initial PID namespace.
    pub pid: i32,
}

/// Result of a program that was waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Exit status.
    pub status: ExitStatus,
}

impl Machine {
    /// Starts a program on pipes. The inner error is the errno of execvp: there
    /// is no such program, or the file is no program.
    pub fn start_program(
        &mut self,
        argv: &[&str],
        patience: Duration,
    ) -> Result<Result<Running, i32>, Failure> {
        self.start_collected(argv, patience, Collected::up_to(MOST_KEPT))
    }

    fn start_collected(
        &mut self,
        argv: &[&str],
        patience: Duration,
        collected: Collected,
    ) -> Result<Result<Running, i32>, Failure> {
        let own = self.new_id();
        let argv = argv.iter().map(ToString::to_string).collect();
        self.send(&Request::Exec { id: own, argv })?;
        let started = self.answer(patience, |event| match event {
            Event::Started { id, pid } if id == own => {
                Ok(Ok(Running { id, pid }))
            }
            Event::Exit {
                id,
                status: ExitStatus::NotStarted(errno),
            } if id == own => Ok(Err(errno)),
            other => Err(other),
        })?;
        if started.is_ok() {
            self.programs.insert(own, collected);
        }
        Ok(started)
    }

    /// Runs a program on pipes and waits for its end. Keeps all of its output.
    pub fn exec(
        &mut self,
        argv: &[&str],
        input: &[u8],
        limit: Duration,
    ) -> Result<Output, Failure> {
        let until = self.had() + limit;
        let everything = Collected::up_to(usize::MAX);
        let started =
            self.start_collected(argv, limit.min(SILENCE), everything)?;
        let running = match started {
            Ok(running) => running,
            Err(errno) => return Ok(Output::not_started(errno)),
        };
        self.input(running, input)?;
        self.close_input(running)?;
        let status = self.end_of(running, until, limit)?;
        let output = self.programs.remove(&running.id);
        let output = output.unwrap_or(Collected::NOTHING);
        Ok(Output {
            stdout: output.stdout,
            stderr: output.stderr,
            status,
        })
    }

    fn end_of(
        &mut self,
        running: Running,
        until: Duration,
        limit: Duration,
    ) -> Result<ExitStatus, Failure> {
        loop {
            if let Some(status) = self.collected(running).status {
                return Ok(status);
            }
            match self.next_event_of_command(until)? {
                Some(event) => self.check(event)?,
                None => return Err(self.silent(limit)),
            }
        }
    }

    /// Waits until the program has ended or its output so far satisfies a
    /// condition. Returns `false` if neither happens before the machine's time
    /// is `until`.
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
            if let Some(event) = self.next_event(until)? {
                self.check(event)?;
            }
        }
    }

    /// Returns the output and exit status of a program so far.
    pub fn collected(&self, running: Running) -> &Collected {
        static NOTHING: Collected = Collected::NOTHING;
        self.programs.get(&running.id).unwrap_or(&NOTHING)
    }

    /// Sends bytes to a program's standard input.
    fn input(&mut self, running: Running, input: &[u8]) -> Result<(), Failure> {
        for part in input.chunks(frame::MAX_PAYLOAD) {
            self.send(&Request::Input {
                id: running.id,
                bytes: part.to_vec(),
            })?;
        }
        Ok(())
    }

    /// Closes the program's standard input.
    pub fn close_input(&mut self, running: Running) -> Result<(), Failure> {
        self.send(&Request::CloseInput { id: running.id })
    }
}

impl Output {
    fn not_started(errno: i32) -> Self {
        Self {
            stdout: Vec::new(),
            stderr: Vec::new(),
            status: ExitStatus::NotStarted(errno),
        }
    }
}
