//! cgroup - a cgroup of its own for each container, where there is cgroup v2
//!
//! On a system with cgroup v1, as in the article's time, there is none, and no
//! cgroup namespace either.
//!
//! See: cgroups(7), cgroup_namespaces(7)

use std::ffi::CString;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use nix::dir::{Dir, Type};
use nix::errno::Errno::{ENODEV, ENOENT};
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::stat::Mode;
use nix::sys::statfs::{CGROUP2_SUPER_MAGIC, statfs};
use nix::unistd::{UnlinkatFlags, unlinkat};

use crate::error::{Error, Named, Result, refused};

const ROOT: &str = "/sys/fs/cgroup";

/// Whether there is cgroup v2, and nothing else.
pub fn is_v2() -> bool {
    statfs(ROOT).is_ok_and(|it| it.filesystem_type() == CGROUP2_SUPER_MAGIC)
}

fn folder(id: &str) -> PathBuf {
    Path::new(ROOT).join("container").join(id)
}

/// Makes a cgroup, and opens it: clone3(2) wants a descriptor.
pub fn create(id: &str) -> Result<Option<File>> {
    if !is_v2() {
        return Ok(None);
    }
    let path = folder(id);
    fs::create_dir_all(&path).named("mkdir", path.display())?;
    open(id)
}

/// Opens the cgroup of a container, if there is one.
pub fn open(id: &str) -> Result<Option<File>> {
    let path = folder(id);
    match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        cgroup => cgroup.named("open", path.display()).map(Some),
    }
}

/// Kills all processes in a cgroup and below, at once.
pub fn kill(id: &str) -> Result<()> {
    match fs::write(folder(id).join("cgroup.kill"), "1") {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        killed => killed.named("write", "cgroup.kill"),
    }
}

/// Whether a new process would not run in there: a privileged container may
/// have frozen itself.
pub fn is_frozen(id: &str) -> bool {
    let events = fs::read_to_string(folder(id).join("cgroup.events"));
    events.is_ok_and(|it| it.contains("frozen 1"))
}

/// Removes a cgroup. A container may leave processes in it, if it has no PID
/// namespace of its own, and cgroups below, if it is privileged.
pub fn remove(id: &str) -> Result<()> {
    // Another command may be at it, too, and take away what was just there.
    let is_gone = |it: &Error| matches!(it.call, Some((_, ENOENT | ENODEV)));
    for _ in 0..AGAIN {
        match remove_tree(id) {
            Err(error) if is_gone(&error) => {}
            removed => return removed,
        }
    }
    remove_tree(id)
}

/// Attempts: each time another command comes first, there is less to remove.
const AGAIN: u32 = 1_000;

fn remove_tree(id: &str) -> Result<()> {
    let path = folder(id);
    match fs::remove_dir(&path) {
        Err(error) if error.kind() == ErrorKind::ResourceBusy => {}
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).named("rmdir", path.display());
        }
        _ => return Ok(()),
    }
    end_all(id)?;
    remove_below(&path).named("rmdir", path.display())?;
    fs::remove_dir(&path).named("rmdir", path.display())
}

/// Kills all, and waits for the end. The kernel announces changes since the
/// file was last read.
fn end_all(id: &str) -> Result<()> {
    let events = folder(id).join("cgroup.events");
    let mut file = File::open(&events).named("open", events.display())?;
    kill(id)?;
    loop {
        let mut text = String::new();
        file.rewind().named("lseek", events.display())?;
        let read = file.read_to_string(&mut text);
        read.named("read", events.display())?;
        if !text.contains("populated 1") {
            return Ok(());
        }
        let mut changes = [PollFd::new(file.as_fd(), PollFlags::POLLPRI)];
        if poll(&mut changes, PATIENCE).named("poll", events.display())? == 0 {
            let what = "processes in there do not end";
            return Err(refused(format!("{}: {what}", events.display())));
        }
    }
}

/// Milliseconds to wait. A killed process ends at once, unless the kernel itself
/// waits, for a disk.
const PATIENCE: u16 = 30_000;

/// Removes all cgroups below one, the innermost first. There may be more of
/// them, one in the other, than a path can name, and than can be open.
fn remove_below(path: &Path) -> nix::Result<()> {
    let flags = OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let mode = Mode::empty();
    let mut here = Dir::open(path, flags, mode)?;
    let mut names = Vec::new();
    loop {
        if let Some(name) = first_below(&mut here)? {
            here = Dir::openat(&here, name.as_c_str(), flags, mode)?;
            names.push(name);
        } else if let Some(name) = names.pop() {
            here = Dir::openat(&here, "..", flags, mode)?;
            unlinkat(&here, name.as_c_str(), UnlinkatFlags::RemoveDir)?;
        } else {
            return Ok(());
        }
    }
}

fn first_below(folder: &mut Dir) -> nix::Result<Option<CString>> {
    for entry in folder.iter() {
        let entry = entry?;
        let name = entry.file_name();
        let is_cgroup = entry.file_type() == Some(Type::Directory);
        if is_cgroup && name != c"." && name != c".." {
            return Ok(Some(name.into()));
        }
    }
    Ok(None)
}
