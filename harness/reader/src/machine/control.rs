//! The conversation with the machine's PID 1.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use nix::unistd::Pid;
use protocol::{
    Event, ExitStatus, Facts, Frames, Request, StreamId, WindowSize, frame,
};

use super::accelerator::Kind;
use super::failure::{Failure, Fate, Stage};
use super::printing::Printing;
use super::qemu::{Config, Memory, Qemu};
use super::running::Collected;
use super::slots::Slot;
use super::waiting::SILENCE;

/// How much the machine may need to boot: ten times what it needs.
fn boot_deadline(accelerator: Kind) -> Duration {
    match accelerator {
        Kind::Kvm => Duration::from_secs(8),
        Kind::Tcg => Duration::from_secs(90),
    }
}

/// The most output of one command that is kept.
const MOST_OUTPUT: usize = 1 << 20;

/// A command in a terminal that prints this much is not waited for.
const FLOOD: usize = 2 * MOST_OUTPUT;

/// A machine that runs. Dropping it ends it.
pub struct Machine {
    pub(super) qemu: Qemu,
    socket: UnixStream,
    pub(super) events: Receiver<Event>,
    kernel: String,
    stage: Stage,
    last_id: StreamId,
    /// What lets it run beside others.
    pub(crate) slot: Option<Slot>,
    /// What is known of the programs that run while others are waited for.
    pub(super) collected: BTreeMap<StreamId, Collected>,
}

/// A lasting terminal in the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    id: StreamId,
    /// The PID of its first shell.
    pub shell: i32,
}

#[cfg(test)]
impl Terminal {
    pub(crate) fn for_tests(shell: i32) -> Self {
        Self { id: 1, shell }
    }
}

/// What came of a command in a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// What the terminal showed: standard output and error, in order.
    pub output: Vec<u8>,
    /// Whether more was printed than is kept.
    pub truncated: bool,
    /// How the terminal is now.
    pub then: Then,
}

/// How a terminal is after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// A shell waits for the next command.
    Prompt {
        /// The exit status of the last command.
        status: u8,
        /// The shell's PID.
        shell: i32,
    },
    /// Its first shell has ended, and the terminal with it.
    Closed(ExitStatus),
    /// The command still runs, and has been silent for a while at least once;
    /// the machine is well.
    Overdue,
    /// The command prints and prints; the machine is well.
    Printing,
}

/// What came of a command on pipes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
    /// How it ended.
    pub status: ExitStatus,
}

impl Machine {
    /// Boots a machine and says hello to it.
    ///
    /// The machine ends with the thread that calls this.
    pub fn boot(config: &Config) -> Result<Self, Failure> {
        let mut machine = Self::boot_to_first_word(config, Memory::Private)?;
        machine.greet()?;
        Ok(machine)
    }

    /// Boots a machine whose memory is in a file: it will be saved there.
    ///
    /// It is not greeted: what makes one machine another than its clones, it
    /// is told after.
    pub fn boot_to_save(
        config: &Config,
        memory: &Path,
    ) -> Result<Self, Failure> {
        let memory = Memory::Saved(memory);
        let mut machine = Self::boot_to_first_word(config, memory)?;
        // Once the interfaces have settled, no clone has to wait for that.
        machine.facts()?;
        Ok(machine)
    }

    /// Writes all but the memory of such a machine to a file, and ends it;
    /// gives the kernel's release.
    pub fn save(mut self, state: &File) -> anyhow::Result<String> {
        self.qemu.save(state)?;
        Ok(self.kernel.clone())
    }

    /// A clone that does not run yet: QEMU sets itself up beside us.
    pub(super) fn start_clone(
        config: &Config,
        memory: &Path,
    ) -> Result<Self, Failure> {
        Self::start(config, Memory::Cloned(memory))
    }

    /// Lets it go on from where its original was saved.
    pub(super) fn go_on(
        mut self,
        state: &File,
        kernel: &str,
    ) -> anyhow::Result<Self> {
        self.qemu.restore(state)?;
        kernel.clone_into(&mut self.kernel);
        self.greet()?;
        Ok(self)
    }

    fn boot_to_first_word(
        config: &Config,
        memory: Memory<'_>,
    ) -> Result<Self, Failure> {
        let mut machine = Self::start(config, memory)?;
        match machine.next_event(boot_deadline(config.accelerator))? {
            Event::Ready { protocol, kernel }
                if protocol == protocol::VERSION =>
            {
                machine.kernel = kernel;
                Ok(machine)
            }
            other => {
                let reason = format!("its first word was {other:?}");
                Err(machine.failure(Fate::Lost(reason)))
            }
        }
    }

    fn start(config: &Config, memory: Memory<'_>) -> Result<Self, Failure> {
        let not_started = |error: anyhow::Error| Failure {
            stage: Stage::Boot,
            fate: Fate::NotStarted(format!("{error:#}")),
            console: Vec::new(),
            command: String::new(),
        };
        let (qemu, socket) =
            Qemu::start(config, memory).map_err(not_started)?;
        socket
            .set_write_timeout(Some(SILENCE))
            .map_err(|e| not_started(e.into()))?;
        let reader = socket.try_clone().map_err(|e| not_started(e.into()))?;
        Ok(Self {
            qemu,
            socket,
            events: receive(reader),
            kernel: String::new(),
            stage: Stage::Boot,
            last_id: 0,
            slot: None,
            collected: BTreeMap::new(),
        })
    }

    /// Tells the machine what it cannot know by itself.
    fn greet(&mut self) -> Result<(), Failure> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let unix_time_ns = now
            .ok()
            .and_then(|now| u64::try_from(now.as_nanos()).ok())
            .unwrap_or_default();
        let entropy = entropy()
            .map_err(|e| self.failure(Fate::Refused(e.to_string())))?;
        let protocol = protocol::VERSION;
        self.ask(&Request::Hello {
            protocol,
            unix_time_ns,
            entropy,
        })?;
        self.stage = Stage::Run;
        Ok(())
    }

    /// The kernel's release, as `uname -r` prints it.
    pub fn kernel(&self) -> &str {
        &self.kernel
    }

    /// QEMU's process.
    pub fn qemu_pid(&self) -> Pid {
        self.qemu.pid()
    }

    /// Interrupts its processor, whatever it does; for tests that break it.
    pub fn inject_nmi(&mut self) -> anyhow::Result<()> {
        self.qemu.inject_nmi()
    }

    /// Puts a file into the machine.
    pub fn put_file(
        &mut self,
        path: &str,
        mode: u32,
        contents: &[u8],
    ) -> Result<(), Failure> {
        let mut append = false;
        for part in contents.chunks(frame::MAX_PAYLOAD) {
            self.ask(&Request::PutFile {
                path: path.to_owned(),
                mode,
                append,
                contents: part.to_vec(),
            })?;
            append = true;
        }
        Ok(())
    }

    /// Makes a file of one part of the shared memory.
    pub fn install(
        &mut self,
        path: &str,
        mode: u32,
        (offset, length): (u64, u64),
    ) -> Result<(), Failure> {
        self.ask(&Request::Install {
            path: path.to_owned(),
            mode,
            offset,
            length,
        })
    }

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
        let (mut output, mut printed) = (Vec::new(), 0);
        let then = loop {
            match self.event_of_command(until)? {
                None if printing.has_no_pause(self.had()) => {
                    break Then::Printing;
                }
                None => break Then::Overdue,
                Some(Event::Output { id, bytes, .. }) if id == terminal => {
                    let room = MOST_OUTPUT - output.len();
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

    /// Runs a program on pipes and waits for its end.
    pub fn exec(
        &mut self,
        argv: &[&str],
        input: &[u8],
        limit: Duration,
    ) -> Result<Output, Failure> {
        let own = self.new_id();
        let argv = argv.iter().map(ToString::to_string).collect();
        self.send(&Request::Exec { id: own, argv })?;
        for part in input.chunks(frame::MAX_PAYLOAD) {
            self.send(&Request::Input {
                id: own,
                bytes: part.to_vec(),
            })?;
        }
        self.send(&Request::CloseInput { id: own })?;
        let until = self.had() + limit;
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        loop {
            match self.event_of_command(until)? {
                None => return Err(self.silent(limit)),
                Some(Event::Output { id, source, bytes }) if id == own => {
                    match source {
                        protocol::Source::Stdout => stdout.extend(bytes),
                        protocol::Source::Stderr => stderr.extend(bytes),
                    }
                }
                Some(Event::Exit { id, status }) if id == own => {
                    return Ok(Output {
                        stdout,
                        stderr,
                        status,
                    });
                }
                Some(event) => self.check(event)?,
            }
        }
    }

    /// What the kernel holds now.
    pub fn facts(&mut self) -> Result<Facts, Failure> {
        self.send(&Request::Facts)?;
        loop {
            match self.next_event(SILENCE)? {
                Event::Facts(facts) => return Ok(facts),
                event => self.check(event)?,
            }
        }
    }

    /// Asks PID 1 whether it is alive, and waits for its answer.
    pub fn ping(&mut self) -> Result<(), Failure> {
        self.send(&Request::Ping)?;
        loop {
            match self.next_event(SILENCE)? {
                Event::Pong => return Ok(()),
                event => self.check(event)?,
            }
        }
    }

    pub(super) fn new_id(&mut self) -> StreamId {
        self.last_id += 1;
        self.last_id
    }

    /// Sends a request that is answered with `Done`.
    fn ask(&mut self, request: &Request) -> Result<(), Failure> {
        self.send(request)?;
        loop {
            match self.next_event(SILENCE)? {
                Event::Done => return Ok(()),
                event => self.check(event)?,
            }
        }
    }

    /// A second way to send, for another thread.
    pub(super) fn sender(&self) -> std::io::Result<UnixStream> {
        self.socket.try_clone()
    }

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

    /// A machine that takes nothing now may do so before it has had so much.
    fn may_be_slow(&mut self, until: Duration) -> bool {
        self.had() < until && !self.qemu.clock.stands_still()
    }

    /// The next event, if one comes in time: silence is no failure here.
    pub(super) fn poll_event(
        &mut self,
        patience: Duration,
    ) -> Result<Option<Event>, Failure> {
        match self.events.recv_timeout(patience) {
            Ok(event) => Ok(Some(event)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(self.gone()),
        }
    }

    /// What comes of a program that runs meanwhile is kept; output of
    /// something nobody waits for is dropped; a refusal is not.
    pub(super) fn check(&mut self, event: Event) -> Result<(), Failure> {
        match event {
            Event::Output { id, source, bytes } => {
                let now = self.had();
                if let Some(program) = self.collected.get_mut(&id) {
                    program.add(source, &bytes, now);
                }
                Ok(())
            }
            Event::Exit { id, status } => {
                if let Some(program) = self.collected.get_mut(&id) {
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

    pub(super) fn gone(&mut self) -> Failure {
        let fate = self.qemu.fate(!self.kernel.is_empty());
        self.failure(fate)
    }

    pub(super) fn silent(&mut self, silence: Duration) -> Failure {
        let fate = self.qemu.silent(silence);
        self.failure(fate)
    }

    pub(super) fn failure(&self, fate: Fate) -> Failure {
        Failure {
            stage: self.stage,
            fate,
            console: self.qemu.console(),
            command: self.qemu.command().to_owned(),
        }
    }
}

/// Decodes on a thread of its own, so that the machine never waits for us.
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

fn entropy() -> std::io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}
