//! store - what is known of all containers: files, and who may change them
//!
//! /run/container/ID/state.json is a container's state, in the form of the OCI
//! runtime specification. There is no daemon. The process that started the
//! container owns it, and nobody else writes there as long as its claim lasts.
//! A container that is alive, and has no owner, has lost it. Whoever comes
//! next sweeps it up.
//!
//! What is found in there is read as a stranger's. A state that cannot be read
//! is named, and harms no other container.
//!
//! See: rename(2), docs/src/container-states.md

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Once;

use nix::poll::PollTimeout;

use crate::error::{Error, Named, Result, refused};
use crate::files::claim::{Claim, Life, Restart};
use crate::files::container::{Container, Status};
use crate::files::lock::{self, PATIENCE};
use crate::files::place::{BUNDLES, STATES, bundle, forget, ids, state_folder};
use crate::files::transition::State;
use crate::files::{folder, stranger};
use crate::kernel::{cgroup, process};
use crate::output;

/// All containers, locked: one command at a time looks and decides.
pub struct Store {
    _lock: File,
    /// The latest first.
    pub containers: Vec<Container>,
    /// IDs of containers whose state cannot be read, each with the reason.
    broken: Vec<(String, Error)>,
}

impl Store {
    /// Locks the store, reads all, and sweeps up containers without an owner.
    pub fn open() -> Result<Self> {
        folder::have(Path::new(STATES))?;
        folder::have(Path::new(BUNDLES))?;
        let mut store = Self {
            _lock: lock()?,
            containers: Vec::new(),
            broken: Vec::new(),
        };
        for id in ids(STATES)? {
            match load(&id) {
                Ok(found) => store.containers.extend(found),
                Err(error) => store.broken.push((id, error)),
            }
        }
        // Folders without a state are from before the machine was started; or
        // somebody has removed the state, and left the processes.
        for id in ids(BUNDLES)? {
            if state_folder(&id).symlink_metadata().is_err() {
                let _ = cgroup::remove(&id);
                folder::remove_all(&bundle(&id))?;
            }
        }
        static SAID: Once = Once::new();
        SAID.call_once(|| {
            let what = "removes the container";
            for (id, why) in &store.broken {
                let verb = format!("container rm -f {id}");
                output::say(format!("container: {why}: {verb} {what}"));
            }
        });
        store.containers.sort_by(|a, b| b.created.cmp(&a.created));
        Ok(store)
    }

    /// Finds a container by ID, by name, or by the beginning of an ID that no
    /// other ID begins with.
    pub fn find(&self, reference: &str) -> Result<&Container> {
        let missing = || refused(format!("No such container: {reference}"));
        self.look_up(reference)?.ok_or_else(missing)
    }

    /// Like [`Store::find`], but returns nothing if there is no such container.
    pub fn look_up(&self, reference: &str) -> Result<Option<&Container>> {
        let mut all = self.containers.iter();
        let exact = |it: &&Container| {
            it.id == reference || it.name == reference.trim_start_matches('/')
        };
        if let Some(container) = all.find(exact) {
            return Ok(Some(container));
        }
        let known = self.containers.iter().map(|it| &it.id);
        let ids = known.chain(self.broken.iter().map(|(id, _)| id));
        let begins = |id: &&String| id.starts_with(reference);
        let mut found = ids.filter(begins);
        let (Some(id), false) = (found.next(), reference.is_empty()) else {
            return Ok(None);
        };
        if found.next().is_some() {
            let what = "multiple IDs found with provided prefix";
            return Err(refused(format!("{what}: {reference}")));
        }
        if self.broken.iter().any(|(it, _)| it == id) {
            let what = "cannot be read: container rm -f";
            return Err(refused(format!("the state of {id} {what} {id}")));
        }
        Ok(self.containers.iter().find(|it| it.id == *id))
    }

    /// Finds a running container; refuses others.
    pub fn find_running(&self, reference: &str) -> Result<&Container> {
        let container = self.find(reference)?;
        if container.status != Status::Running {
            let id = &container.id;
            return Err(refused(format!("container {id} is not running")));
        }
        Ok(container)
    }

    /// The state by which a verb decides.
    pub fn state(&self, container: &Container) -> Result<State> {
        Ok(match container.status {
            Status::Creating => State::Starting,
            Status::Running => State::Running,
            _ if is_owned(&container.id)? => State::Ending,
            _ => State::Ended,
        })
    }

    /// The ID that begins so, of a container whose state cannot be read or has
    /// gone.
    pub fn broken(&self, reference: &str) -> Result<Option<String>> {
        let known = |id: &str| self.containers.iter().any(|it| it.id == id);
        let mut found = ids(STATES)?;
        found.retain(|id| id.starts_with(reference) && !known(id));
        let one = found.len() == 1 && !reference.is_empty();
        Ok(found.pop().filter(|_| one))
    }
}

/// Locks the store for this process, and notes its PID there.
fn lock() -> Result<File> {
    let path = Path::new(STATES).join("lock");
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true);
    let gone = || refused("its folder was removed");
    let mut file = stranger::open(options, &path)?.ok_or_else(gone)?;
    if !lock::take(&file, 0)? {
        let mut pid = String::new();
        let _ = file.by_ref().take(10).read_to_string(&mut pid);
        let pid = pid.trim();
        let seconds = PATIENCE.as_secs();
        return Err(refused(format!(
            "{}: process {pid} has held it for {seconds} s: is it stopped?",
            path.display()
        )));
    }
    let pid = format!("{:<10}", std::process::id());
    file.write_all_at(pid.as_bytes(), 0)
        .named("write", path.display())?;
    Ok(file)
}

/// Loads a container, unless it is about to be made or was swept up.
fn load(id: &str) -> Result<Option<Container>> {
    let owned = is_owned(id)?;
    let Some(mut container) = Container::load(id)? else {
        if !owned {
            forget(id)?;
        }
        return Ok(None);
    };
    if owned {
        return Ok(Some(container));
    }
    if container.is_alive() {
        sweep(&mut container)?;
    } else if container.asked.rm && !Restart::is_announced(&state_folder(id)) {
        // Who wanted to restart it was killed.
        forget(id)?;
    }
    let there = state_folder(id).symlink_metadata().is_ok();
    Ok(Some(container).filter(|_| there))
}

/// Ends a container whose owner was killed. The kernel has sent SIGKILL to its
/// process as well; but a process that has given up privileges does not get
/// that signal (PR_SET_PDEATHSIG(2const)).
fn sweep(container: &mut Container) -> Result<()> {
    if let Some(handle) = container.process() {
        process::send(&handle, libc::SIGKILL)?;
        let limit = PollTimeout::try_from(PATIENCE).ok();
        if !process::wait_for_end(&handle, limit)? {
            let Container { id, pid, .. } = container;
            let what = "which was killed, has not ended";
            return Err(refused(format!("{id}: process {pid}, {what}")));
        }
    }
    if let Err(error) = container.clean_up() {
        output::say(format!("container: {}: {error}", container.id));
    }
    let has_been = container.started.is_some() || !container.error.is_empty();
    container.asked.rm |= !has_been;
    container.has_ended(128 + libc::SIGKILL)
}

fn is_owned(id: &str) -> Result<bool> {
    Life::find(&state_folder(id))?.lasts()
}

/// Makes the folders of a new container, and claims them. If this command is
/// killed, the next one removes them. Hold the store meanwhile, or the next
/// command may be too early.
pub fn new_folder(id: &str) -> Result<(Claim, PathBuf)> {
    folder::make(&state_folder(id))?;
    let claim = Claim::new(&state_folder(id))?;
    folder::make(&bundle(id))?;
    Ok((claim, bundle(id)))
}
