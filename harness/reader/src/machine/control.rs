//! Talks with the machine's PID 1: sends requests and receives events.
//!
//! All limits are in the machine's time, see [`super::clock`].

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use nix::unistd::Pid;
use protocol::{Event, Frames, Request, StreamId};

use super::carrier::Carrier;
use super::clock::Silence;
use super::collected::Collected;
use super::failure::{Failure, Fate, Stage};
use super::slots::Slot;

/// Silence after which PID 1 counts as hung. PID 1 answers within milliseconds.
pub(super) const SILENCE: Duration = Duration::from_secs(15);

/// Silence after which PID 1 is asked whether it is alive.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// A running machine. Dropping it ends it.
pub struct Machine {
    pub(super) carrier: Carrier,
    pub(super) socket: UnixStream,
    pub(super) events: Receiver<Event>,
    pub(super) kernel: String,
    pub(super) stage: Stage,
    pub(super) last_id: StreamId,
    /// Slot that lets the machine run beside others.
    pub(crate) slot: Option<Slot>,
    /// Output and exit status of the programs that were started.
    pub(super) programs: BTreeMap<StreamId, Collected>,
}

impl Machine {
    /// Takes over a carrier and the socket of the control channel.
    pub(super) fn new(
        carrier: Carrier,
        socket: UnixStream,
    ) -> std::io::Result<Self> {
        socket.set_write_timeout(Some(SILENCE))?;
        Ok(Self {
            carrier,
            events: receive(socket.try_clone()?),
            socket,
            kernel: String::new(),
            stage: Stage::Boot,
            last_id: 0,
            slot: None,
            programs: BTreeMap::new(),
        })
    }

    /// Returns the kernel's release, as `uname -r` prints it.
    pub fn kernel(&self) -> &str {
        &self.kernel
    }

    /// Whether the machine is a stage on a Linux that others use, too.
    pub fn is_stage(&self) -> bool {
        matches!(self.carrier, Carrier::Stage(_))
    }

    /// Returns the PID of QEMU, or of the process that leads to a stage, for
    /// tests that stop or kill it.
    pub fn qemu_pid(&self) -> Pid {
        self.carrier.pid()
    }

    /// Interrupts the processor, for tests that break the machine.
    pub fn inject_nmi(&mut self) -> anyhow::Result<()> {
        self.carrier.qemu()?.inject_nmi()
    }

    /// Asks PID 1 whether it is alive, and waits for its answer; for tests and
    /// benchmarks.
    pub fn ping(&mut self) -> Result<(), Failure> {
        self.send(&Request::Ping)?;
        self.answer(SILENCE, |event| match event {
            Event::Pong => Ok(()),
            other => Err(other),
        })
    }

    /// Returns the machine's time since its carrier started.
    pub fn had(&mut self) -> Duration {
        self.carrier.clock().had()
    }

    pub(super) fn new_id(&mut self) -> StreamId {
        self.last_id += 1;
        self.last_id
    }

    /// Sends a request and waits for its answer `Done`.
    pub(super) fn ask(&mut self, request: &Request) -> Result<(), Failure> {
        self.send(request)?;
        self.answer(SILENCE, |event| match event {
            Event::Done => Ok(()),
            other => Err(other),
        })
    }

    /// Sends a request.
    pub(super) fn send(&mut self, request: &Request) -> Result<(), Failure> {
        let encoded = protocol::encode(request);
        let bytes = encoded.map_err(|_| self.gone())?;
        let mut left = &bytes[..];
        let until = self.had() + SILENCE;
        while !left.is_empty() {
            match self.socket.write(left) {
                Ok(count) => left = &left[count..],
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted => {}
                    ErrorKind::WouldBlock if self.may_be_slow(until) => {}
                    ErrorKind::WouldBlock => return Err(self.silent(SILENCE)),
                    _ => return Err(self.gone()),
                },
            }
        }
        Ok(())
    }

    /// Whether a machine that accepts nothing may still be slow: until its time
    /// is `until`.
    fn may_be_slow(&mut self, until: Duration) -> bool {
        self.had() < until && !self.carrier.clock().stands_still()
    }

    /// Returns the next event, or `None` if none comes before the machine's
    /// time is `until`.
    pub(super) fn next_event(
        &mut self,
        until: Duration,
    ) -> Result<Option<Event>, Failure> {
        match self.carrier.clock().wait(&self.events, until) {
            Ok(event) => Ok(Some(event)),
            Err(Silence::Over) => Ok(None),
            Err(Silence::Still) => Err(self.silent(SILENCE)),
            Err(Silence::Closed) => Err(self.gone()),
        }
    }

    /// Waits at most `patience` for the event that `pick` accepts. Handles
    /// other events meanwhile.
    pub(super) fn answer<T>(
        &mut self,
        patience: Duration,
        pick: impl Fn(Event) -> Result<T, Event>,
    ) -> Result<T, Failure> {
        let until = self.had() + patience;
        loop {
            let Some(event) = self.next_event(until)? else {
                return Err(self.silent(patience));
            };
            match pick(event) {
                Ok(answer) => return Ok(answer),
                Err(other) => self.check(other)?,
            }
        }
    }

    /// Returns the next event of a command, or `None` if the command's time has
    /// passed and PID 1 is alive. Asks PID 1 after some silence.
    pub(super) fn next_event_of_command(
        &mut self,
        until: Duration,
    ) -> Result<Option<Event>, Failure> {
        loop {
            let now = self.had();
            if now >= until {
                return Ok(None);
            }
            match self.next_event(until.min(now + HEARTBEAT))? {
                Some(Event::Pong) => {}
                Some(event) => return Ok(Some(event)),
                None => match self.heartbeat()? {
                    Event::Pong => {}
                    event => return Ok(Some(event)),
                },
            }
        }
    }

    /// Asks PID 1 whether it is alive, and returns the first event after that.
    fn heartbeat(&mut self) -> Result<Event, Failure> {
        self.send(&Request::Ping)?;
        let until = self.had() + SILENCE;
        match self.next_event(until)? {
            Some(event) => Ok(event),
            None => Err(self.silent(SILENCE)),
        }
    }

    /// Handles an event that nobody waits for. Keeps the output and the exit
    /// status of a program that was started, and drops any other output. A
    /// refusal is an error.
    pub(super) fn check(&mut self, event: Event) -> Result<(), Failure> {
        match event {
            Event::Output { id, source, bytes } => {
                let now = self.had();
                if let Some(program) = self.programs.get_mut(&id) {
                    program.add(source, &bytes, now);
                }
                Ok(())
            }
            Event::Exit { id, status } => {
                if let Some(program) = self.programs.get_mut(&id) {
                    program.status = Some(status);
                }
                Ok(())
            }
            Event::Failed { reason } => {
                Err(self.failure(Fate::Refused(reason)))
            }
            _ => Ok(()),
        }
    }

    /// Returns the reason why the channel has closed.
    pub(super) fn gone(&mut self) -> Failure {
        let fate = self.carrier.fate(!self.kernel.is_empty());
        self.failure(fate)
    }

    /// Returns the reason why PID 1 is silent.
    pub(super) fn silent(&mut self, silence: Duration) -> Failure {
        let fate = self.carrier.silent(silence);
        self.failure(fate)
    }

    /// Makes a failure of a fate: adds the stage and the console.
    pub(super) fn failure(&self, fate: Fate) -> Failure {
        Failure {
            stage: self.stage,
            fate,
            console: self.carrier.console(),
            command: self.carrier.command().to_owned(),
        }
    }
}

/// Decodes events in a thread, so that the machine never waits for the harness.
fn receive(mut socket: UnixStream) -> Receiver<Event> {
    let (sender, events) = mpsc::channel();
    thread::spawn(move || {
        let mut frames = Frames::default();
        let mut bytes = [0; 64 << 10];
        loop {
            match socket.read(&mut bytes) {
                Ok(0) | Err(_) => return,
                Ok(count) => frames.push(&bytes[..count]),
            }
            loop {
                match frames.take() {
                    Ok(Some(event)) => {
                        if sender.send(event).is_err() {
                            return;
                        }
                    }
                    Ok(None) => break,
                    // The two sides are out of step: the channel ends.
                    Err(_) => return,
                }
            }
        }
    });
    events
}
