//! store - what is known of all containers: files, and who may change them
//!
//! /run/container/ID/state.json is a container's state, in the form of the OCI
//! runtime specification. There is no daemon. The process that started the
//! container owns it: it holds a lock on the folder, and nobody else writes
//! there. When it ends, however it ends, the kernel lets go of the lock; a
//! container that is running, and whose lock is free, has lost its owner.
//! Whoever comes next sweeps it up.
//!
//! See: flock(2), rename(2)

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use libc::{LOCK_EX, LOCK_NB};
use nix::errno::Errno;
use serde::{Deserialize, Serialize};

use crate::container::{Container, FOLDER, Status};
use crate::error::{Named, Result, refused};
use crate::{cgroup, network, process};

const RUN: &str = "/run/container";

/// All containers, locked: one command at a time looks and decides.
pub struct Store {
    _lock: File,
    pub containers: Vec<Container>,
    /// The IDs of those whose state cannot be read.
    pub corrupt: Vec<String>,
}

/// Ours is this container, as long as we hold this. Only the last copy of the
/// descriptor, after all forks, lets go of it.
pub struct Claim(#[expect(dead_code, reason = "its descriptor is held")] File);

/// The form the file has; what OCI has no word for is under `docker`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OciState<'a> {
    oci_version: &'a str,
    id: &'a str,
    status: &'a str,
    pid: i32,
    bundle: PathBuf,
    docker: &'a Container,
}

#[derive(Deserialize)]
struct SavedState {
    docker: Container,
}

impl Store {
    /// Waits for its turn, reads all, and sweeps up what has lost its owner.
    pub fn open() -> Result<Self> {
        make_folder(Path::new(RUN))?;
        let path = format!("{RUN}/lock");
        let mut options = OpenOptions::new();
        let lock = options.create(true).append(true).open(&path);
        let mut lock = lock.named("open", &path)?;
        flock(&lock, LOCK_EX).named("flock", &path)?;
        if lock.metadata().named("stat", &path)?.len() == 0 {
            // /run is empty when the machine starts; other folders are not.
            remove_all(Path::new(FOLDER))?;
            lock.write_all(b"containers of this boot\n")
                .named("write", &path)?;
        }
        let mut store = Self {
            _lock: lock,
            containers: Vec::new(),
            corrupt: Vec::new(),
        };
        for entry in fs::read_dir(RUN).named("open", RUN)? {
            let name = entry.named("getdents", RUN)?.file_name();
            match name.to_str() {
                Some("lock") | None => {}
                Some(id) => store.read(id)?,
            }
        }
        store
            .containers
            .sort_by(|a, b| b.created.cmp(&a.created).then(a.id.cmp(&b.id)));
        Ok(store)
    }

    /// Adds a container; but what has lost its owner is swept up first.
    fn read(&mut self, id: &str) -> Result<()> {
        let mut loaded = load(id)?;
        if loaded.as_ref().is_ok_and(Container::is_alive) {
            match Claim::try_on(id)? {
                Lock::Gone => return Ok(()),
                Lock::Taken => {}
                // It may have written its last word before it let go.
                Lock::Free(_claim) => {
                    loaded = load(id)?;
                    let lost = loaded.as_mut().ok();
                    let lost = lost.filter(|it| it.is_alive());
                    if !lost.map_or(Ok(true), abandoned)? {
                        return Ok(());
                    }
                }
            }
        }
        match loaded {
            Ok(container) => self.containers.push(container),
            Err(error) => {
                let path = state_file(id);
                eprintln!("container: ignored: {}: {error}", path.display());
                self.corrupt.push(id.into());
            }
        }
        Ok(())
    }

    /// By ID, by name, or by the beginning of an ID that no other begins with.
    pub fn find(&self, reference: &str) -> Result<&Container> {
        let all = || self.containers.iter();
        let exact = all()
            .find(|it| it.id == reference)
            .or_else(|| all().find(|it| it.short_name() == reference));
        if let Some(container) = exact {
            return Ok(container);
        }
        let begins = |it: &&Container| it.id.starts_with(reference);
        let mut found = all().filter(begins);
        match (found.next(), found.next()) {
            (Some(container), None) if !reference.is_empty() => Ok(container),
            (Some(_), Some(_)) if !reference.is_empty() => Err(refused(
                format!("Multiple IDs found with provided prefix: {reference}"),
            )),
            _ => Err(refused(format!("No such container: {reference}"))),
        }
    }

    /// The running one of that name; others are refused.
    pub fn find_running(&self, reference: &str) -> Result<&Container> {
        let container = self.find(reference)?;
        if container.state.status != Status::Running {
            let id = &container.id;
            return Err(refused(format!("Container {id} is not running")));
        }
        Ok(container)
    }

    /// Makes a container's folders, and makes it ours.
    pub fn add(&mut self, container: &Container) -> Result<Claim> {
        make_folder(&state_folder(&container.id))?;
        let Lock::Free(claim) = Claim::wait_for(&container.id)? else {
            return Err(refused("its folder was removed"));
        };
        make_folder(&container.folder())?;
        for layer in ["upper", "work"] {
            let path = container.folder().join(layer);
            fs::create_dir(&path).named("mkdir", path.display())?;
        }
        container.save()?;
        self.containers.push(container.clone());
        Ok(claim)
    }
}

impl Container {
    /// Writes it aside, then puts it in place: nobody reads half a file.
    pub fn save(&self) -> Result<()> {
        let state = OciState {
            oci_version: "1.2.0",
            id: &self.id,
            status: match self.state.status {
                Status::Creating => "creating",
                Status::Created => "created",
                Status::Running => "running",
                Status::Exited => "stopped",
            },
            pid: self.state.pid,
            bundle: self.folder(),
            docker: self,
        };
        let bytes = serde_json::to_vec(&state).map_err(std::io::Error::from);
        let path = state_file(&self.id);
        let aside = path.with_extension("new");
        fs::write(&aside, bytes.named("json", &self.id)?)
            .named("write", aside.display())?;
        fs::rename(&aside, &path).named("rename", path.display())
    }

    /// Removes all of it. What tells of it goes last: whoever comes next can
    /// go on where we were stopped.
    pub fn remove(&self) -> Result<()> {
        remove_all(&self.folder())?;
        remove_all(&state_folder(&self.id))
    }

    /// Takes back what may outlive its process: cgroup, link on the bridge.
    pub fn clean_up(&self) -> Result<()> {
        cgroup::remove(&self.id)?;
        self.veth()
            .map_or(Ok(()), |veth| network::disconnect(&veth))
    }
}

/// What became of a claim.
pub enum Lock {
    Free(Claim),
    Taken,
    /// There is no such container any more.
    Gone,
}

impl Claim {
    /// Makes a container ours, unless it has an owner.
    pub fn try_on(id: &str) -> Result<Lock> {
        Self::lock(id, LOCK_EX | LOCK_NB)
    }

    /// Makes a container ours as soon as it has no owner. Do not hold the
    /// store meanwhile, unless the owner is known to be on its way out.
    pub fn wait_for(id: &str) -> Result<Lock> {
        Self::lock(id, LOCK_EX)
    }

    fn lock(id: &str, operation: i32) -> Result<Lock> {
        let path = state_folder(id);
        let folder = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Lock::Gone);
            }
            folder => folder.named("open", path.display())?,
        };
        match flock(&folder, operation) {
            Ok(()) => Ok(Lock::Free(Self(folder))),
            Err(Errno::EWOULDBLOCK) => Ok(Lock::Taken),
            Err(errno) => Err(errno).named("flock", path.display()),
        }
    }
}

/// Reads a state; or says what is wrong with it. Where there is none, its
/// owner is about to write it, or has just removed it.
fn load(id: &str) -> Result<std::result::Result<Container, String>> {
    let path = state_file(id);
    match fs::read(&path) {
        Ok(bytes) => Ok(serde_json::from_slice::<SavedState>(&bytes)
            .map(|saved| saved.docker)
            .map_err(|error| error.to_string())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Ok(Ok(Container::unknown(id)))
        }
        Err(error) => Err(error).named("read", path.display()),
    }
}

/// Where a container's state is.
pub fn state_folder(id: &str) -> PathBuf {
    Path::new(RUN).join(id)
}

/// The owner was killed. The kernel has sent its process the same; but one
/// that has given up its privileges does not get it (PR_SET_PDEATHSIG(2const)).
/// Says whether something is left that is worth keeping.
fn abandoned(container: &mut Container) -> Result<bool> {
    let state = &container.state;
    if let Some(handle) = process::open(state.pid, state.start_time) {
        process::send_signal(&handle, libc::SIGKILL)
            .named("kill", "SIGKILL")?;
        process::wait_for_end(&handle)?;
    }
    container.clean_up()?;
    if container.state.status == Status::Creating {
        container.remove()?;
        return Ok(false);
    }
    container.has_ended(Status::Exited, 128 + libc::SIGKILL)?;
    Ok(!container.host_config.auto_remove)
}

fn state_file(id: &str) -> PathBuf {
    state_folder(id).join("state.json")
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

fn flock(file: &File, operation: i32) -> nix::Result<()> {
    // SAFETY: flock takes no pointer, and the descriptor is open.
    let result = unsafe { libc::flock(file.as_raw_fd(), operation) };
    Errno::result(result).map(drop)
}

/// 64 random hexadecimal digits.
pub fn random_id() -> Result<String> {
    let mut bytes = [0; 32];
    let path = "/dev/urandom";
    let mut random = File::open(path).named("open", path)?;
    random.read_exact(&mut bytes).named("read", path)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
