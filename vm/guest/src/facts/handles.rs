//! Finds handles of living namespaces: of a process, in a bind mount, or in an
//! open file. A namespace that only a socket keeps alive is not found.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::AsFd;
use std::path::PathBuf;

use anyhow::{Context, Result};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use protocol::facts::Namespace;

use super::handle::{self, unknown_kind};
use super::processes::Seen;
use super::{mountinfo, proc_file};

/// Returns a path for each living namespace that has a handle. Processes come
/// first, the oldest first, then bind mounts, then open files.
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
            add(*namespace, handle::path(process.pid, namespace.kind).into());
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

/// A namespace, ordered by the time at which it was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    position: usize,
    /// The namespace.
    pub namespace: Namespace,
}

/// Returns the namespaces without a process.
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

/// Bind mounts that keep namespaces, made by `ip netns add`, `unshare
/// --net=FILE` or Docker. Remembered until the mounts change.
#[derive(Default)]
pub struct Mounts {
    known: Option<MountInfo>,
}

/// The mounts at the last look.
struct MountInfo {
    /// An open mountinfo: poll(2) on it reports changes (proc_pid_mounts(5)).
    mountinfo: File,
    of_namespaces: Vec<PathBuf>,
}

impl Mounts {
    /// Returns the mount points of namespaces.
    pub fn of_namespaces(&mut self) -> Result<Vec<PathBuf>> {
        let known = match self.known.take() {
            Some(known) if !known.has_changed()? => known,
            _ => MountInfo::read()?,
        };
        Ok(self.known.insert(known).of_namespaces.clone())
    }
}

impl MountInfo {
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
