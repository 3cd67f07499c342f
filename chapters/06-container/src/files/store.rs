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

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::{Path, PathBuf};
use std::sync::Once;

use nix::poll::PollTimeout;

use crate::error::{Error, Named, Result, refused};
use crate::files::claim::{Claim, Life, Restart};
use crate::files::container::{Container, Status};
use crate::files::lock::{self, PATIENCE};
use crate::files::stranger;
use crate::files::transition::State;
use crate::kernel::{cgroup, process};
use crate::output;

const RUN: &str = "/run/container";

/// Where writable layers and logs are.
const FOLDER: &str = "/var/lib/container/containers";

/// All containers, locked: one command at a time looks and decides.
pub struct Store {
    _lock: File,
    /// The latest first.
    pub containers: Vec<Container>,
    /// Those whose state cannot be read, and why.
    broken: Vec<(String, Error)>,
}

impl Store {
    /// Waits for its turn, reads all, and sweeps up what has lost its owner.
    pub fn open() -> Result<Self> {
        make_folder(Path::new(RUN))?;
        make_folder(Path::new(FOLDER))?;
        let mut store = Self {
            _lock: lock()?,
            containers: Vec::new(),
            broken: Vec::new(),
        };
        for id in ids(RUN)? {
            match load(&id) {
                Ok(found) => store.containers.extend(found),
                Err(error) => store.broken.push((id, error)),
            }
        }
        // Folders without a state are from before the machine was started; or
        // somebody has removed the state, and left the processes.
        for id in ids(FOLDER)? {
            if state_folder(&id).symlink_metadata().is_err() {
                let _ = cgroup::remove(&id);
                remove_all(&folder(&id))?;
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

    /// By ID, by name, or by the beginning of an ID that no other begins with.
    pub fn find(&self, reference: &str) -> Result<&Container> {
        let missing = || refused(format!("No such container: {reference}"));
        self.look_up(reference)?.ok_or_else(missing)
    }

    /// Likewise; but that there is none is no error.
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

    /// The running one of that name; others are refused.
    pub fn find_running(&self, reference: &str) -> Result<&Container> {
        let container = self.find(reference)?;
        if container.status != Status::Running {
            let id = &container.id;
            return Err(refused(format!("container {id} is not running")));
        }
        Ok(container)
    }

    /// What a verb has to know of a container.
    pub fn state(&self, container: &Container) -> Result<State> {
        Ok(match container.status {
            Status::Creating => State::Starting,
            Status::Running => State::Running,
            _ if is_owned(&container.id)? => State::Ending,
            _ => State::Ended,
        })
    }

    /// The ID of the container whose state cannot be read, or has gone, if it
    /// begins so.
    pub fn broken(&self, reference: &str) -> Result<Option<String>> {
        let known = |id: &str| self.containers.iter().any(|it| it.id == id);
        let mut found = ids(RUN)?;
        found.retain(|id| id.starts_with(reference) && !known(id));
        let one = found.len() == 1 && !reference.is_empty();
        Ok(found.pop().filter(|_| one))
    }
}

/// The store, for us alone. Whoever has it notes who that is.
fn lock() -> Result<File> {
    let path = Path::new(RUN).join("lock");
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true);
    let gone = || refused("its folder was removed");
    let mut file = stranger::open(options, &path)?.ok_or_else(gone)?;
    if !lock::take(&file, 0)? {
        let mut pid = String::new();
        let _ = file.by_ref().take(10).read_to_string(&mut pid);
        let (pid, seconds) = (pid.trim(), PATIENCE.as_secs());
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

/// A container, unless it is about to be made or was swept up.
fn load(id: &str) -> Result<Option<Container>> {
    let owned = is_owned(id)?;
    let Some(mut container) = Container::load(id)? else {
        return match owned {
            true => Ok(None),
            false => forget(id).map(|()| None),
        };
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

/// The owner was killed. The kernel has sent its process the same; but one
/// that has given up privileges does not get it (PR_SET_PDEATHSIG(2const)).
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

impl Container {
    fn load(id: &str) -> Result<Option<Self>> {
        let path = state_folder(id).join("state.json");
        let Some(bytes) = stranger::read(&path)? else {
            return Ok(None);
        };
        let broken =
            |why: String| refused(format!("{}: {why}", path.display()));
        let container: Self = serde_json::from_slice(&bytes)
            .map_err(|error| broken(error.to_string()))?;
        match container.is_plausible(id, &folder(id)) {
            Ok(()) => Ok(Some(container)),
            Err(field) => Err(broken(format!("{field} is not right"))),
        }
    }

    /// Writes it aside, then puts it in place: nobody reads half a file.
    pub fn save(&self) -> Result<()> {
        let bytes = serde_json::to_vec(self).map_err(std::io::Error::from);
        let folder = state_folder(&self.id);
        if folder.is_symlink() {
            // It would be written elsewhere.
            let what = "a link in the place of a folder";
            return Err(refused(format!("{}: {what}", folder.display())));
        }
        let path = folder.join("state.json");
        let aside = path.with_extension("new");
        remove_all(&aside)?;
        fs::write(&aside, bytes.named("json", &self.id)?)
            .named("write", aside.display())?;
        fs::rename(&aside, &path).named("rename", path.display())
    }
}

/// Makes a new folder, and makes it ours. What is in there when we are killed
/// is removed by whoever comes next. Hold the store meanwhile, or they may be
/// too early.
pub fn new_folder(id: &str) -> Result<(Claim, PathBuf)> {
    make_folder(&state_folder(id))?;
    let claim = Claim::new(&state_folder(id))?;
    make_folder(&folder(id))?;
    Ok((claim, folder(id)))
}

/// Where a container's state is.
pub fn state_folder(id: &str) -> PathBuf {
    Path::new(RUN).join(id)
}

fn folder(id: &str) -> PathBuf {
    Path::new(FOLDER).join(id)
}

/// What tells of a container goes last, and its state before its claim:
/// whoever comes next can go on where we were stopped.
pub fn forget(id: &str) -> Result<()> {
    remove_all(&folder(id))?;
    remove_all(&state_folder(id).join("state.json"))?;
    remove_all(&state_folder(id))
}

/// Makes a folder for root only: what is in there may be set-user-ID.
pub fn make_folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    let made = builder.mode(0o700).recursive(true).create(path);
    made.named("mkdir", path.display())
}

/// Removes whatever is of that name.
pub fn remove_all(path: &Path) -> Result<()> {
    let is_folder = path.symlink_metadata().is_ok_and(|it| it.is_dir());
    let removed = match is_folder {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
    let missing = [ErrorKind::NotFound, ErrorKind::NotADirectory];
    match removed {
        Err(error) if missing.contains(&error.kind()) => Ok(()),
        removed => removed.named("rm", path.display()),
    }
}

/// What is in a folder, in the order of the names.
pub fn names(folder: &str) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).named("open", folder)?.flatten();
    let names = entries.filter_map(|it| it.file_name().into_string().ok());
    let mut names: Vec<_> = names.collect();
    names.sort();
    Ok(names)
}

/// What is in a folder and may be a container. All else was not put there by
/// us, and is left alone.
fn ids(folder: &str) -> Result<Vec<String>> {
    Ok(names(folder)?.into_iter().filter(|it| is_id(it)).collect())
}

/// 64 hexadecimal digits.
pub fn is_id(text: &str) -> bool {
    let digit = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
    text.len() == 64 && text.bytes().all(digit)
}

/// 64 random hexadecimal digits.
pub fn random_id() -> Result<String> {
    let mut bytes = [0; 32];
    let path = "/dev/urandom";
    let mut random = File::open(path).named("open", path)?;
    random.read_exact(&mut bytes).named("read", path)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
