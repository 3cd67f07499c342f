//! life - how a container's life begins again, and ends: start, stop, kill, rm
//!
//! Each verb looks, does the step that [`transition`] has for the state it
//! finds, and looks again.

use std::os::fd::OwnedFd;
use std::panic::resume_unwind;
use std::thread::{self, Builder, ScopedJoinHandle};

use libc::{SIGKILL, SIGTERM};
use nix::poll::PollTimeout;

use crate::docker::signal;
use crate::error::{Error, Named, Result, refused};
use crate::files::claim::{Claim, Life, Restart};
use crate::files::container::Container;
use crate::files::place::{forget, state_folder};
use crate::files::plan;
use crate::files::store::Store;
use crate::files::transition::{self, State, Step, Verb};
use crate::kernel::{cgroup, process};
use crate::{output, run};

/// Containers that are stopped at once, as many as with docker.
const AT_ONCE: usize = 50;

/// Acts on one container after the other, and prints their names. Returns the
/// exit status.
pub fn each(
    references: &[String],
    act: impl Fn(&str) -> Result<()>,
) -> Result<u8> {
    let said = references.iter().map(|it| say(it, act(it)));
    Ok(said.max().unwrap_or(0))
}

/// Acts on all containers, side by side: each may have to be waited for.
pub fn all(
    references: &[String],
    act: impl Fn(&str) -> Result<()> + Sync,
) -> Result<u8> {
    let mut status = 0;
    for some in references.chunks(AT_ONCE) {
        thread::scope(|scope| {
            let act = &act;
            let begin =
                |it| Builder::new().spawn_scoped(scope, move || act(it));
            let threads: Vec<_> = some.iter().map(|it| begin(it)).collect();
            for (it, thread) in some.iter().zip(threads) {
                let done = thread.named("clone", it).and_then(join);
                status = status.max(say(it, done));
            }
        });
    }
    Ok(status)
}

fn join(thread: ScopedJoinHandle<'_, Result<()>>) -> Result<()> {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

fn say(reference: &str, done: Result<()>) -> u8 {
    match done {
        Ok(()) => {
            output::line(reference);
            0
        }
        Err(error) => {
            output::say(format!("Error: {error}"));
            error.status.unwrap_or(1)
        }
    }
}

/// Starts a container that has ended, or has not started, once more.
pub fn start(reference: &str) -> Result<()> {
    Work::new(Verb::Start, reference).go(|_| Ok(true))
}

/// Stops a container, if it runs, and starts it.
pub fn restart(reference: &str, seconds: i64) -> Result<()> {
    Work::new(Verb::Restart, reference).go(|it| terminate(it, seconds))
}

/// Stops a container, if it runs.
pub fn stop(reference: &str, seconds: i64) -> Result<()> {
    Work::new(Verb::Stop, reference).go(|it| terminate(it, seconds))
}

/// Sends any signal. Waits for the end after SIGKILL.
pub fn kill(reference: &str, signal: &str) -> Result<()> {
    let what = format!("cannot kill container: {reference}");
    let killed = signal::parse(signal).and_then(|signal| {
        Work::new(Verb::Kill, reference).go(|it| {
            let signal = signal::check(signal)?;
            process::send(it, signal).map(|()| signal == SIGKILL)
        })
    });
    killed.map_err(|error| error.within(&what))
}

/// Removes a container; a running one only by force. With force a missing
/// container is no error.
pub fn remove(reference: &str, force: bool) -> Result<()> {
    if !force {
        return Work::new(Verb::Remove, reference).go(|_| Ok(true));
    }
    let mut work = Work::new(Verb::RemoveByForce, reference);
    work.ended = end_broken(reference)?;
    work.go(|it| process::send(it, SIGKILL).map(|()| true))
}

/// Sends SIGTERM, then SIGKILL after so many seconds; never, if `seconds` is
/// less than none.
fn terminate(handle: &OwnedFd, seconds: i64) -> Result<bool> {
    process::send(handle, SIGTERM)?;
    let limit = u64::try_from(seconds).ok().map(|seconds| {
        let limit = PollTimeout::try_from(seconds.saturating_mul(1000));
        limit.unwrap_or(PollTimeout::MAX)
    });
    if !process::wait_for_end(handle, limit)? {
        process::send(handle, SIGKILL)?;
    }
    Ok(true)
}

/// A verb at work on a container.
struct Work<'a> {
    verb: Verb,
    reference: &'a str,
    /// The ID, once it is known: the name may be another container's after a
    /// wait.
    id: String,
    /// Whether the verb has ended a life.
    ended: bool,
    /// The announcement that the verb is going to begin a new life.
    announced: Option<Restart>,
}

impl<'a> Work<'a> {
    fn new(verb: Verb, reference: &'a str) -> Self {
        Self {
            verb,
            reference,
            id: reference.into(),
            ended: false,
            announced: None,
        }
    }

    /// Goes from state to state, to where the verb leads. `signal` sends
    /// signals to the container's process, and returns whether its end is to
    /// be waited for.
    fn go(mut self, signal: impl Fn(&OwnedFd) -> Result<bool>) -> Result<()> {
        while !self.step(&signal)? {}
        Ok(())
    }

    /// Looks, and does one step. Returns whether it was the last one.
    fn step(
        &mut self,
        signal: impl Fn(&OwnedFd) -> Result<bool>,
    ) -> Result<bool> {
        let store = Store::open()?;
        let found = store.look_up(&self.id)?.cloned();
        let Some(container) = found else {
            let step = transition::next(self.verb, State::Gone, self.ended);
            let done = Some(true).filter(|_| step == Step::Done);
            return done.ok_or_else(|| self.missing());
        };
        self.id.clone_from(&container.id);
        let folder = state_folder(&self.id);
        let life = Life::find(&folder)?;
        let state = store.state(&container)?;
        match transition::next(self.verb, state, self.ended) {
            Step::Done => return Ok(true),
            Step::Refuse => return Err(self.refusal()),
            Step::Begin => return self.begin(store, container),
            Step::Forget => {
                // What could not be taken back when it ended, perhaps can now.
                let cleaned = container.clean_up();
                return forget(&self.id).and(cleaned).map(|()| true);
            }
            Step::AwaitStart => {
                drop(store);
                life.await_start()?;
            }
            Step::AwaitEnd => {
                drop(store);
                life.await_end()?;
            }
            Step::End => {
                if self.verb == Verb::Restart {
                    self.announced = Some(Restart::announce(&folder)?);
                }
                drop(store);
                self.ended = true;
                if container.process().map_or(Ok(true), |it| signal(&it))? {
                    life.await_end()?;
                }
            }
        }
        Ok(false)
    }

    fn begin(&mut self, store: Store, container: Container) -> Result<bool> {
        let claim = Claim::new(&state_folder(&self.id))?;
        self.announced = None;
        let begun = plan::plan(store, container, claim)
            .and_then(|planned| run::run(planned, true));
        begun.map(|_| true).map_err(|error| {
            let what = format!("Cannot restart container {}", self.reference);
            let error = error.with_status(1);
            match self.verb {
                Verb::Restart => error.within(&what),
                _ => error,
            }
        })
    }

    fn missing(&self) -> Error {
        let error = refused(format!("No such container: {}", self.reference));
        match self.verb {
            Verb::RemoveByForce => error.with_status(0),
            _ => error,
        }
    }

    /// The refusal, in docker's words.
    fn refusal(&self) -> Error {
        refused(match self.verb {
            Verb::Kill => format!("container {} is not running", self.id),
            _ => format!(
                "cannot remove container \"{}\": container is running: stop the \
                 container before removing or force remove",
                self.reference
            ),
        })
    }
}

/// Ends a container whose state cannot be read, and returns whether there was
/// one with this ID. The cgroup knows the processes; the owner, if there is
/// one, knows the state, and writes it down once more.
fn end_broken(reference: &str) -> Result<bool> {
    let store = Store::open()?;
    let Some(id) = store.broken(reference)? else {
        return Ok(false);
    };
    let life = Life::find(&state_folder(&id));
    drop(store);
    cgroup::kill(&id)?;
    // Where the claim is spoiled, too, nobody can be waited for.
    life.map_or(Ok(()), |it| it.await_end())?;
    if Store::open()?.broken(&id)?.is_some() {
        cgroup::remove(&id)?;
        forget(&id)?;
    }
    Ok(true)
}
