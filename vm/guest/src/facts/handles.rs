//! The handles by which living namespaces are found: of a process, by a bind
//! mount, by an open file. What a socket alone keeps alive is not among them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use protocol::facts::{Kind, Namespace};

use super::processes::{Seen, handle, identity};
use super::{mountinfo, proc_file};

/// A path for each namespace that is alive and can be found: by a process,
/// by a bind mount, by an open file. Processes first, oldest first.
pub fn all(
    processes: &[Seen],
    bind_mounts: Vec<PathBuf>,
) -> BTreeMap<Order, PathBuf> {
    let mut found = BTreeMap::new();
    let mut add = |namespace: Namespace, path: PathBuf| {
        let known = found
            .keys()
            .any(|order: &Order| order.namespace == namespace);
        if !known {
            let position = found.len();
            found.insert(
                Order {
                    position,
                    namespace,
                },
                path,
            );
        }
    };
    for Seen { process, .. } in processes {
        for namespace in &process.namespaces {
            add(*namespace, handle(process.pid, namespace.kind).into());
        }
    }
    let open = processes.iter().flat_map(|seen| seen.open.clone());
    for path in bind_mounts.into_iter().chain(open) {
        if let Some(namespace) = unknown_kind(&path) {
            add(namespace, path);
        }
    }
    found
}

/// A namespace, sorted by when it was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    position: usize,
    /// Which.
    pub namespace: Namespace,
}

/// Those no process is a member of.
pub fn pinned(
    handles: &BTreeMap<Order, PathBuf>,
    processes: &[Seen],
) -> Vec<Namespace> {
    handles
        .keys()
        .map(|order| order.namespace)
        .filter(|namespace| {
            let member = |s: &Seen| s.process.namespaces.contains(namespace);
            !processes.iter().any(member)
        })
        .collect()
}

/// The bind mounts that keep namespaces, as often as is asked: `ip netns add`,
/// `unshare --net=FILE` and Docker make them.
#[derive(Default)]
pub struct Mounts {
    known: Option<Known>,
}

struct Known {
    /// Its reader can wait for changes (proc_pid_mounts(5)).
    mountinfo: File,
    of_namespaces: Vec<PathBuf>,
}

impl Mounts {
    /// Where they are.
    pub fn of_namespaces(&mut self) -> Result<Vec<PathBuf>> {
        let known = match self.known.take() {
            Some(known) if !known.has_changed()? => known,
            _ => Known::read()?,
        };
        Ok(self.known.insert(known).of_namespaces.clone())
    }
}

impl Known {
    fn read() -> Result<Self> {
        let path = "/proc/self/mountinfo";
        let mountinfo = File::open(path).context(path)?;
        let lines = proc_file::read(&mountinfo).context(path)?;
        Ok(Self {
            mountinfo,
            of_namespaces: mountinfo::of_namespaces(&lines),
        })
    }

    fn has_changed(&self) -> Result<bool> {
        let changed = PollFd::new(self.mountinfo.as_fd(), PollFlags::POLLPRI);
        let count = poll(&mut [changed], PollTimeout::ZERO);
        Ok(count.context("poll(/proc/self/mountinfo)")? > 0)
    }
}

/// The handles among a process's open files.
pub fn open_in(pid: i32) -> Vec<PathBuf> {
    let files = fs::read_dir(format!("/proc/{pid}/fd"));
    files
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            fs::read_link(path).is_ok_and(|target| kind_of(&target).is_some())
        })
        .collect()
}

/// `net:[4026531840]` names its type.
fn kind_of(target: &Path) -> Option<Kind> {
    let (kind, number) = target.to_str()?.split_once(":[")?;
    number
        .ends_with(']')
        .then(|| Kind::from_name(kind))
        .flatten()
}

/// Opens a handle. Something else may be mounted on it: PID 1 must not wait for
/// the writer of a FIFO.
pub fn open(handle: &Path) -> io::Result<File> {
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    File::options().read(true).custom_flags(flags).open(handle)
}

/// A bind mount does not name its type; the kernel does (ioctl_ns(2)).
fn unknown_kind(path: &Path) -> Option<Namespace> {
    nix::ioctl_none_bad!(ns_get_nstype, nix::request_code_none!(0xb7, 3));
    let file = open(path).ok()?;
    let fd = std::os::fd::AsRawFd::as_raw_fd(&file);
    // SAFETY: NS_GET_NSTYPE takes no argument.
    let flag = unsafe { ns_get_nstype(fd) }.ok()?;
    let kind = match flag {
        libc::CLONE_NEWCGROUP => Kind::Cgroup,
        libc::CLONE_NEWIPC => Kind::Ipc,
        libc::CLONE_NEWNS => Kind::Mnt,
        libc::CLONE_NEWNET => Kind::Net,
        libc::CLONE_NEWPID => Kind::Pid,
        libc::CLONE_NEWTIME => Kind::Time,
        libc::CLONE_NEWUSER => Kind::User,
        libc::CLONE_NEWUTS => Kind::Uts,
        _ => return None,
    };
    identity(kind, path)
}
