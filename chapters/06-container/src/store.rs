//! store - what is known of all containers: files, and who may change them
//!
//! /run/container/ID/state.json is a container's state, in the form of the OCI
//! runtime specification. There is no daemon. The process that started the
//! container owns it: it holds a lock on the folder, and nobody else writes
//! there. When it ends, however it ends, the kernel lets go of the lock; a
//! container that is alive, and whose lock is free, has lost its owner.
//! Whoever comes next sweeps it up.
//!
//! See: flock(2), rename(2)

use std::fs::{self, DirBuilder, File};
use std::io::{ErrorKind, Read};
use std::os::fd::AsRawFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Once;

use libc::{LOCK_EX, LOCK_NB};
use nix::errno::Errno;

use crate::container::{Container, Status};
use crate::error::{Named, Result, refused};
use crate::{output, process};

const RUN: &str = "/run/container";

/// Where writable layers and logs are.
const FOLDER: &str = "/var/lib/container/containers";

/// All containers, locked: one command at a time looks and decides.
pub struct Store {
    _lock: File,
    /// The latest first.
    pub containers: Vec<Container>,
}

/// Ours is this container, as long as we hold this. Only the last copy of the
/// descriptor, after all forks, lets go of it.
pub struct Claim(#[expect(dead_code, reason = "its descriptor is held")] File);

impl Store {
    /// Waits for its turn, reads all, and sweeps up what has lost its owner.
    pub fn open() -> Result<Self> {
        make_folder(Path::new(RUN))?;
        make_folder(Path::new(FOLDER))?;
        let path = format!("{RUN}/lock");
        let lock = File::create(&path).named("open", &path)?;
        flock(&lock, LOCK_EX).named("flock", &path)?;
        let (mut containers, mut unread) = (Vec::new(), Vec::new());
        for id in names(RUN)?.into_iter().filter(|name| name != "lock") {
            match load(&id) {
                Ok(found) => containers.extend(found),
                Err(error) => unread.push(error),
            }
        }
        // Folders without a state are from before the machine was started.
        for id in names(FOLDER)? {
            if !state_folder(&id).exists() {
                remove_all(&folder(&id))?;
            }
        }
        static SAID: Once = Once::new();
        SAID.call_once(|| {
            let said = unread.iter().map(|it| format!("container: {it}"));
            said.for_each(output::say);
        });
        containers.sort_by(|a, b| b.created.cmp(&a.created));
        let _lock = lock;
        Ok(Self { _lock, containers })
    }

    /// By ID, by name, or by the beginning of an ID that no other begins with.
    pub fn find(&self, reference: &str) -> Result<&Container> {
        let mut all = self.containers.iter();
        let exact = |it: &&Container| {
            it.id == reference || it.name == reference.trim_start_matches('/')
        };
        if let Some(container) = all.find(exact) {
            return Ok(container);
        }
        let begins = |it: &&Container| it.id.starts_with(reference);
        let mut found = self.containers.iter().filter(begins);
        match (found.next(), found.next()) {
            _ if reference.is_empty() => {}
            (Some(container), None) => return Ok(container),
            (Some(_), Some(_)) => {
                let what = "Multiple IDs found with provided prefix";
                return Err(refused(format!("{what}: {reference}")));
            }
            _ => {}
        }
        Err(refused(format!("No such container: {reference}")))
    }

    /// The running one of that name; others are refused.
    pub fn find_running(&self, reference: &str) -> Result<&Container> {
        let container = self.find(reference)?;
        if container.status != Status::Running {
            let id = &container.id;
            return Err(refused(format!("Container {id} is not running")));
        }
        Ok(container)
    }
}

/// A container, unless it is about to be made or was swept up.
fn load(id: &str) -> Result<Option<Container>> {
    let claim = Claim::take(id, LOCK_EX | LOCK_NB)?;
    let path = state_folder(id).join("state.json");
    let state = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        bytes => Some(bytes.named("read", path.display())?),
    };
    let Some(state) = state else {
        return claim.map_or(Ok(None), |_| forget(id).map(|()| None));
    };
    let mut container: Container =
        serde_json::from_slice(&state).map_err(|error| {
            let what = "remove its folder to be rid of it";
            refused(format!("{}: {error}: {what}", path.display()))
        })?;
    if claim.is_none() || !container.is_alive() {
        return Ok(Some(container));
    }
    // The owner was killed. The kernel has sent its process the same; but one
    // that has given up privileges does not get it (PR_SET_PDEATHSIG(2const)).
    if let Some(handle) = container.process() {
        process::send(&handle, libc::SIGKILL)?;
        process::wait_for_end(&handle, None)?;
    }
    container.clean_up()?;
    container.asked.rm |= container.started.is_none();
    container.has_ended(128 + libc::SIGKILL)?;
    Ok(Some(container).filter(|it| !it.asked.rm))
}

impl Container {
    /// Writes it aside, then puts it in place: nobody reads half a file.
    pub fn save(&self) -> Result<()> {
        let bytes = serde_json::to_vec(self).map_err(std::io::Error::from);
        let path = state_folder(&self.id).join("state.json");
        let aside = path.with_extension("new");
        fs::write(&aside, bytes.named("json", &self.id)?)
            .named("write", aside.display())?;
        fs::rename(&aside, &path).named("rename", path.display())
    }

    /// Removes all of it.
    pub fn remove(&self) -> Result<()> {
        forget(&self.id)
    }
}

impl Claim {
    /// Makes a new folder, and makes it ours. What is in there when we are
    /// killed is removed by whoever comes next. Hold the store meanwhile, or
    /// they may be too early.
    pub fn new(id: &str) -> Result<(Self, PathBuf)> {
        make_folder(&state_folder(id))?;
        let claim = Self::wait_for(id)?;
        make_folder(&folder(id))?;
        let removed = || refused("its folder was removed");
        Ok((claim.ok_or_else(removed)?, folder(id)))
    }

    /// Makes a container ours as soon as it has no owner; nothing, if it is
    /// no more. Do not hold the store meanwhile, unless the owner is known to
    /// be on its way out.
    pub fn wait_for(id: &str) -> Result<Option<Self>> {
        Self::take(id, LOCK_EX)
    }

    fn take(id: &str, operation: i32) -> Result<Option<Self>> {
        let path = state_folder(id);
        let folder = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(None);
            }
            folder => folder.named("open", path.display())?,
        };
        match flock(&folder, operation) {
            Ok(()) => Ok(Some(Self(folder))),
            Err(Errno::EWOULDBLOCK) => Ok(None),
            Err(errno) => Err(errno).named("flock", path.display()),
        }
    }
}

fn flock(file: &File, operation: i32) -> nix::Result<()> {
    // SAFETY: flock takes no pointer, and the descriptor is open.
    let result = unsafe { libc::flock(file.as_raw_fd(), operation) };
    Errno::result(result).map(drop)
}

/// Where a container's state is.
pub fn state_folder(id: &str) -> PathBuf {
    Path::new(RUN).join(id)
}

fn folder(id: &str) -> PathBuf {
    Path::new(FOLDER).join(id)
}

/// What tells of a container goes last: whoever comes next can go on where we
/// were stopped.
pub fn forget(id: &str) -> Result<()> {
    remove_all(&folder(id))?;
    remove_all(&state_folder(id))
}

/// Makes a folder for root only: what is in there may be set-user-ID.
pub fn make_folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    let made = builder.mode(0o700).recursive(true).create(path);
    made.named("mkdir", path.display())
}

fn remove_all(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).named("rmdir", path.display())
        }
        _ => Ok(()),
    }
}

/// What is in a folder.
pub fn names(folder: &str) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).named("open", folder)?.flatten();
    Ok(entries
        .filter_map(|it| it.file_name().into_string().ok())
        .collect())
}

/// 64 random hexadecimal digits.
pub fn random_id() -> Result<String> {
    let mut bytes = [0; 32];
    let path = "/dev/urandom";
    let mut random = File::open(path).named("open", path)?;
    random.read_exact(&mut bytes).named("read", path)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
