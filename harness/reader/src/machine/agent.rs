//! The process that leads to all stages of a Linux: at its other end `guest
//! --stages` makes them, and carries their streams on its standard streams.

use std::any::Any;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use nix::unistd::Pid;
use protocol::Frames;
use protocol::stages::{FromStages, MOST_BYTES, StageId, ToStages};

use super::connected;
use super::console::Console;

/// Time for the process to end after its stream has closed.
const ENDING: Duration = Duration::from_secs(5);

/// Everything that the process needs as long as it runs, such as the session
/// that carries it.
pub type Needed = Arc<dyn Any + Send + Sync>;

/// The process that leads to stages. Dropping it ends all of them.
pub struct Agent {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    _needed: Needed,
}

/// Way in which a stage has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndOfStage {
    /// Nothing of the stage is left. Its status, and the last words of its
    /// processes on standard error.
    Stage(u8, String),
    /// The process that leads to stages has ended; its status, unless it had to
    /// be killed.
    Agent(Option<ExitStatus>),
}

/// A stage that was asked for.
pub struct Link {
    agent: Arc<Agent>,
    stage: StageId,
}

/// What the threads share.
struct Shared {
    pid: Pid,
    errors: Mutex<Console>,
    stream: UnixStream,
    /// Held while a message is written.
    writes: Mutex<()>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    last: StageId,
    stages: BTreeMap<StageId, Carried>,
    /// Set when the process has ended.
    over: Option<Option<ExitStatus>>,
}

/// A stage that has not been dropped.
enum Carried {
    /// The far end of its machine's socket.
    Runs(UnixStream),
    Ended(u8, String),
}

impl Agent {
    /// Starts the command.
    pub fn start(command: Command, needed: Needed) -> Result<Arc<Self>> {
        let (sender, started) = mpsc::channel();
        // The process ends with the thread that starts it.
        let thread = thread::spawn(move || {
            match connected::start(command).and_then(Shared::new) {
                Err(error) => drop(sender.send(Err(error))),
                Ok((shared, child)) => {
                    let shared = Arc::new(shared);
                    let _ = sender.send(Ok(Arc::clone(&shared)));
                    shared.read_to_end();
                    let _ = shared.stream.shutdown(Shutdown::Both);
                    shared.is_over(end(child));
                }
            }
        });
        let shared = started.recv().map_err(|_| anyhow!("a panic"))??;
        Ok(Arc::new(Self {
            shared,
            thread: Some(thread),
            _needed: needed,
        }))
    }

    /// Asks for a stage. The second value is this side's end of its stream.
    pub fn make(self: &Arc<Self>) -> Result<(Link, UnixStream)> {
        let (ours, theirs) = UnixStream::pair().context("socketpair")?;
        let from_machine = theirs.try_clone().context("dup")?;
        let stage = {
            let mut state = self.shared.state();
            state.last += 1;
            let stage = state.last;
            // The stream closes at once if the process is over.
            if state.over.is_none() {
                state.stages.insert(stage, Carried::Runs(theirs));
            }
            stage
        };
        let shared = Arc::clone(&self.shared);
        thread::spawn(move || shared.carry(stage, from_machine));
        let agent = Arc::clone(self);
        Ok((Link { agent, stage }, ours))
    }

    /// Whether the process has ended.
    pub fn is_over(&self) -> bool {
        self.shared.state().over.is_some()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.shared.stream.shutdown(Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            // The thread only carries bytes and returns nothing.
            let _ = thread.join();
        }
    }
}

impl Link {
    /// Returns the PID of the process on this computer.
    pub fn pid(&self) -> Pid {
        self.agent.shared.pid
    }

    /// Returns the last lines that the process has written to standard error.
    pub fn said(&self) -> Vec<String> {
        self.agent.shared.errors().lines()
    }

    /// Waits until everything that an ended process wrote to standard error is
    /// among its last lines.
    pub fn wait_for_last_words(&self) {
        self.agent.shared.errors().wait_for_end(ENDING);
    }

    /// Returns how the stage has ended; nothing if it has not when the patience
    /// ends.
    pub fn wait(&self, patience: Duration) -> Option<EndOfStage> {
        let shared = &self.agent.shared;
        let until = Instant::now() + patience;
        let mut state = shared.state();
        loop {
            if let Some(Carried::Ended(status, said)) =
                state.stages.get(&self.stage)
            {
                return Some(EndOfStage::Stage(*status, said.clone()));
            }
            if let Some(status) = state.over {
                return Some(EndOfStage::Agent(status));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            let woken = shared.changed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.agent.shared.state().stages.remove(&self.stage);
    }
}

impl Shared {
    fn new(
        (child, stream, errors): (Child, UnixStream, Console),
    ) -> Result<(Self, Child)> {
        let shared = Self {
            pid: Pid::from_raw(child.id().cast_signed()),
            errors: Mutex::new(errors),
            stream,
            writes: Mutex::new(()),
            state: Mutex::default(),
            changed: Condvar::new(),
        };
        Ok((shared, child))
    }

    fn errors(&self) -> MutexGuard<'_, Console> {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries what the machine writes to its stage, until the machine closes
    /// its socket.
    fn carry(&self, stage: StageId, mut from: UnixStream) {
        let mut sent = self.send(&ToStages::Make { stage });
        let mut bytes = vec![0; MOST_BYTES];
        while sent.is_ok() {
            let count = from.read(&mut bytes).unwrap_or(0);
            if count == 0 {
                break;
            }
            let bytes = bytes[..count].to_vec();
            sent = self.send(&ToStages::Bytes { stage, bytes });
        }
        // An ended process has no stages.
        let _ = self.send(&ToStages::End { stage });
    }

    fn send(&self, message: &ToStages) -> Result<()> {
        let frame = protocol::encode(message)?;
        let whole = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        (&self.stream).write_all(&frame)?;
        drop(whole);
        Ok(())
    }

    /// Carries what stages write to their machines. A machine always reads.
    fn read_to_end(&self) {
        let mut frames = Frames::default();
        let mut bytes = vec![0; 2 * MOST_BYTES];
        loop {
            match (&self.stream).read(&mut bytes) {
                Ok(0) | Err(_) => return,
                Ok(count) => frames.push(&bytes[..count]),
            }
            loop {
                match frames.take() {
                    Ok(Some(message)) => self.take(message),
                    Ok(None) => break,
                    // The two sides are out of step.
                    Err(_) => return,
                }
            }
        }
    }

    fn take(&self, message: FromStages) {
        match message {
            FromStages::Bytes { stage, bytes } => {
                let to = match self.state().stages.get(&stage) {
                    Some(Carried::Runs(socket)) => socket.try_clone().ok(),
                    _ => None,
                };
                // A machine that is gone wants no more.
                let _ = to.map(|mut socket| socket.write_all(&bytes));
            }
            FromStages::Ended {
                stage,
                status,
                said,
            } => {
                if let Some(entry) = self.state().stages.get_mut(&stage) {
                    let ended = Carried::Ended(status, said);
                    close(&std::mem::replace(entry, ended));
                }
                self.changed.notify_all();
            }
        }
    }

    /// Tells all machines that the process has ended.
    fn is_over(&self, status: Option<ExitStatus>) {
        let mut state = self.state();
        state.over = Some(status);
        state.stages.values().for_each(close);
        drop(state);
        self.changed.notify_all();
    }
}

/// Closes the stream of a stage. A thread may still have a copy of it.
fn close(stage: &Carried) {
    if let Carried::Runs(socket) = stage {
        let _ = socket.shutdown(Shutdown::Both);
    }
}

/// Waits for the process to end, and kills it if it does not.
fn end(mut child: Child) -> Option<ExitStatus> {
    let until = Instant::now() + ENDING;
    while Instant::now() < until {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => thread::sleep(Duration::from_millis(2)),
            Err(_) => break,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}
