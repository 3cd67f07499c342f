//! The handles that keep namespaces alive: by a process, by a bind mount, by
//! an open file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use procfs::process;
use protocol::facts::{Kind, Namespace};

use super::processes::{Seen, handle, identity};

/// A path for each namespace that is alive and can be found: by a process,
/// by a bind mount, by an open file. Processes first, oldest first.
pub fn all(processes: &[Seen]) -> BTreeMap<Order, PathBuf> {
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
    for path in bind_mounts().into_iter().chain(open) {
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

/// `ip netns add`, `unshare --net=FILE` and Docker keep namespaces this way.
fn bind_mounts() -> Vec<PathBuf> {
    let all = fs::read_to_string("/proc/self/mountinfo");
    if all.is_ok_and(|text| !text.contains(" nsfs ")) {
        return Vec::new();
    }
    let mounts = process::Process::myself().and_then(|me| me.mountinfo());
    mounts
        .into_iter()
        .flatten()
        .filter(|mount| mount.fs_type == "nsfs")
        .map(|mount| mount.mount_point)
        .collect()
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

/// A bind mount does not name its type; the kernel does (ioctl_ns(2)).
fn unknown_kind(path: &Path) -> Option<Namespace> {
    nix::ioctl_none_bad!(ns_get_nstype, nix::request_code_none!(0xb7, 3));
    let file = fs::File::open(path).ok()?;
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
