//! cgroup - a cgroup of its own for each container, where there is cgroup v2
//!
//! On a system with cgroup v1, as in the article's time, there is none, and no
//! cgroup namespace either.
//!
//! See: cgroups(7), cgroup_namespaces(7)

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::statfs::{CGROUP2_SUPER_MAGIC, statfs};

use crate::error::{Named, Result};

const ROOT: &str = "/sys/fs/cgroup";

/// Is there cgroup v2, and nothing else?
pub fn is_v2() -> bool {
    statfs(ROOT).is_ok_and(|it| it.filesystem_type() == CGROUP2_SUPER_MAGIC)
}

fn folder(id: &str) -> PathBuf {
    Path::new(ROOT).join("container").join(id)
}

/// A new cgroup, open for clone3(2) to be born in.
pub fn create(id: &str) -> Result<Option<File>> {
    if !is_v2() {
        return Ok(None);
    }
    let path = folder(id);
    fs::create_dir_all(&path).named("mkdir", path.display())?;
    open(id)
}

/// The cgroup of a container.
pub fn open(id: &str) -> Result<Option<File>> {
    let path = folder(id);
    match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        cgroup => cgroup.named("open", path.display()).map(Some),
    }
}

/// Kills all that is in there.
pub fn kill(id: &str) -> Result<()> {
    match fs::write(folder(id).join("cgroup.kill"), "1") {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        killed => killed.named("write", "cgroup.kill"),
    }
}

/// Removes a cgroup. A container without a PID namespace of its own may leave
/// processes in it: they are killed, all at once, and it is empty soon. The
/// kernel announces changes since the file was last read.
pub fn remove(id: &str) -> Result<()> {
    let path = folder(id);
    loop {
        match fs::remove_dir(&path) {
            Err(error) if error.kind() == ErrorKind::ResourceBusy => {}
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).named("rmdir", path.display());
            }
            _ => return Ok(()),
        }
        let (events, kill) = (path.join("cgroup.events"), "cgroup.kill");
        let mut events = File::open(events).named("open", "cgroup.events")?;
        fs::write(path.join(kill), "1").named("write", kill)?;
        let mut text = String::new();
        let read = events.read_to_string(&mut text);
        read.named("read", "cgroup.events")?;
        if text.contains("populated 1") {
            let mut changes = [PollFd::new(events.as_fd(), PollFlags::POLLPRI)];
            poll(&mut changes, PollTimeout::NONE).named("poll", "cgroup")?;
        }
    }
}
