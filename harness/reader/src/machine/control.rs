//! Conversation with the machine's PID 1: requests out, events in.
//!
//! All limits are of the machine's time: see [`super::clock`].

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use nix::unistd::Pid;
use protocol::{Event, Frames, Request, StreamId};

use super::clock::Silence;
use super::collected::Collected;
use super::failure::{Failure, Fate, Stage};
use super::qemu::Qemu;
use super::slots::Slot;

/// Longest time PID 1 may take for an answer, which usually takes milliseconds.
/// After this long the machine hangs.
pub(super) const SILENCE: Duration = Duration::from_secs(15);

/// Time without an event after which PID 1 is asked whether it is alive.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// Machine that runs. Dropping it ends the machine.
pub struct Machine {
    pub(super) qemu: Qemu,
    pub(super) socket: UnixStream,
    pub(super) events: Receiver<Event>,
    pub(super) kernel: String,
    pub(super) stage: Stage,
    pub(super) last_id: StreamId,
    /// Permission to run beside other machines.
    pub(crate) slot: Option<Slot>,
    /// Output and end of the programs that were started.
    pub(super) programs: BTreeMap<StreamId, Collected>,
}

impl Machine {
    /// Takes over QEMU and the socket of the control channel.
    pub(super) fn new(qemu: Qemu, socket: UnixStream) -> std::io::Result<Self> {
        socket.set_write_timeout(Some(SILENCE))?;
        Ok(Self {
            qemu,
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

    /// Returns the PID of QEMU, for tests that stop or kill QEMU.
    pub fn qemu_pid(&self) -> Pid {
        self.qemu.pid()
    }

    /// Interrupts the processor, for tests that break the machine.
    pub fn inject_nmi(&mut self) -> anyhow::Result<()> {
        self.qemu.inject_nmi()
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

    /// Returns the time that the machine has had since QEMU started.
    pub fn had(&mut self) -> Duration {
        self.qemu.clock.had()
    }

    pub(super) fn new_id(&mut self) -> StreamId {
        self.last_id += 1;
        self.last_id
    }

    /// Sends a request whose answer is `Done`, and waits for it.
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

    /// Returns whether a machine that takes nothing now has still time to.
    fn may_be_slow(&mut self, until: Duration) -> bool {
        self.had() < until && !self.qemu.clock.stands_still()
    }

    /// Waits for an event until the machine has had so much time; `None` if none
    /// has come by then.
    pub(super) fn next_event(
        &mut self,
        until: Duration,
    ) -> Result<Option<Event>, Failure> {
        match self.qemu.clock.wait(&self.events, until) {
            Ok(event) => Ok(Some(event)),
            Err(Silence::Over) => Ok(None),
            Err(Silence::Still) => Err(self.silent(SILENCE)),
            Err(Silence::Closed) => Err(self.gone()),
        }
    }

    /// Waits for the event that `pick` takes, for at most this time. Other
    /// events are handled meanwhile.
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

    /// Waits like [`Self::next_event`] for an event of a command, which may be
    /// silent for long: PID 1 has to show that it is alive meanwhile.
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

    /// Asks PID 1 whether it is alive; returns the first event after that.
    fn heartbeat(&mut self) -> Result<Event, Failure> {
        self.send(&Request::Ping)?;
        let until = self.had() + SILENCE;
        match self.next_event(until)? {
            Some(event) => Ok(event),
            None => Err(self.silent(SILENCE)),
        }
    }

    /// Handles an event that nobody waits for: keeps output and end of programs
    /// that were started, drops other output, and returns a refusal as an error.
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

    /// Returns why the channel has closed.
    pub(super) fn gone(&mut self) -> Failure {
        let fate = self.qemu.fate(!self.kernel.is_empty());
        self.failure(fate)
    }

    /// Returns why PID 1 has been silent for so long.
    pub(super) fn silent(&mut self, silence: Duration) -> Failure {
        let fate = self.qemu.silent(silence);
        self.failure(fate)
    }

    /// Adds the stage and the console to a fate.
    pub(super) fn failure(&self, fate: Fate) -> Failure {
        Failure {
            stage: self.stage,
            fate,
            console: self.qemu.console(),
            command: self.qemu.command().to_owned(),
        }
    }
}

/// Decodes events on a thread, so that the machine never waits for the harness.
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
                    // The two sides have lost each other: the channel ends.
                    Err(_) => return,
                }
            }
        }
    });
    events
}
