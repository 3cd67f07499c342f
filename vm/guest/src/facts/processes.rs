//! The processes, and the handles that keep namespaces alive.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use procfs::process::{self, StatFlags};
use protocol::facts::{Kind, Namespace, Process};

use super::networks;

/// How often the list of processes is read again if it changes meanwhile.
const PATIENCE: usize = 20;

/// All processes but kernel threads, oldest first. One that ends while it is
/// looked at is left out.
pub fn all() -> Result<Vec<Process>> {
    let observer = Observer::new()?;
    let mut processes: Vec<Process> = pids()?
        .into_iter()
        .filter_map(|pid| observer.one(pid))
        .collect();
    processes.sort_by_key(|process| (process.start_time, process.pid));
    add_cookies(&mut processes);
    Ok(processes)
}

/// PID 1 and its descendants: everybody but the kernel's threads, which are
/// children of PID 2, and ten times as many.
///
/// While a child ends, the kernel may pass over another one: so this looks
/// until it has seen the same twice.
fn pids() -> Result<Vec<i32>> {
    let Some(mut before) = descendants() else {
        // This kernel does not list children.
        let all = process::all_processes()?.flatten();
        return Ok(all.map(|process| process.pid).collect());
    };
    for _ in 0..PATIENCE {
        let now = descendants().unwrap_or_default();
        if now == before {
            break;
        }
        before = now;
    }
    Ok(before)
}

/// PID 1 and its descendants, as they are listed now; none if they are not.
fn descendants() -> Option<Vec<i32>> {
    let mut found = vec![1];
    let mut position = 0;
    while let Some(pid) = found.get(position).copied() {
        let tasks = fs::read_dir(format!("/proc/{pid}/task"));
        for task in tasks.into_iter().flatten().flatten() {
            let children = fs::read_to_string(task.path().join("children"));
            if pid == 1 && children.is_err() {
                return None;
            }
            let children = children.unwrap_or_default();
            found.extend(children.split(' ').flat_map(str::parse::<i32>));
        }
        position += 1;
    }
    Some(found)
}

/// To ask for a cookie takes joining the namespace: once for each will do.
fn add_cookies(processes: &mut [Process]) {
    let mut cookies = BTreeMap::new();
    for process in processes {
        let own = handle(process.pid, Kind::Net);
        let net = process.namespaces.iter_mut().find(|n| n.kind == Kind::Net);
        if let Some(net) = net {
            net.cookie = *cookies.entry(*net).or_insert_with(|| {
                networks::cookie(Path::new(&own)).unwrap_or(0)
            });
        }
    }
}

/// Whoever looks.
struct Observer {
    /// The device all handles are on.
    device: u64,
    /// The PID namespace /proc is of.
    pid: Namespace,
}

impl Observer {
    fn new() -> Result<Self> {
        let own = Path::new("/proc/self/ns/pid");
        let pid = identity(Kind::Pid, own).context("/proc/self/ns/pid")?;
        let device = pid.device;
        Ok(Self { device, pid })
    }

    fn one(&self, pid: i32) -> Option<Process> {
        let process = process::Process::new(pid).ok()?;
        let stat = process.stat().ok()?;
        if stat.flags().ok()?.contains(StatFlags::PF_KTHREAD) {
            return None;
        }
        let namespaces: Option<Vec<Namespace>> = Kind::ALL
            .into_iter()
            .map(|kind| self.membership(pid, kind))
            .collect();
        let namespaces = namespaces?;
        let inner_pid = match namespaces.contains(&self.pid) {
            true => pid,
            false => process.status().ok()?.nspid?.last().copied()?,
        };
        Some(Process {
            pid,
            ppid: stat.ppid,
            start_time: stat.starttime,
            command: stat.comm,
            inner_pid,
            namespaces,
        })
    }

    /// To read the link takes half as long as to follow it.
    fn membership(&self, pid: i32, kind: Kind) -> Option<Namespace> {
        let target = fs::read_link(handle(pid, kind)).ok()?;
        let (_, number) = target.to_str()?.split_once(":[")?;
        Some(Namespace {
            kind,
            device: self.device,
            inode: number.strip_suffix(']')?.parse().ok()?,
            cookie: 0,
        })
    }
}

fn handle(pid: i32, kind: Kind) -> String {
    format!("/proc/{pid}/ns/{kind}")
}

/// The identity of the namespace behind a handle.
fn identity(kind: Kind, handle: &Path) -> Option<Namespace> {
    let meta = fs::metadata(handle).ok()?;
    let (device, inode) = (meta.dev(), meta.ino());
    Some(Namespace {
        kind,
        device,
        inode,
        cookie: 0,
    })
}

/// A path for each namespace that is alive and can be found: by a process,
/// by a bind mount, by an open file. Processes first, oldest first.
pub fn handles(processes: &[Process]) -> BTreeMap<Order, PathBuf> {
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
    for process in processes {
        for namespace in &process.namespaces {
            add(*namespace, handle(process.pid, namespace.kind).into());
        }
    }
    for path in bind_mounts().into_iter().chain(open_files(processes)) {
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
    processes: &[Process],
) -> Vec<Namespace> {
    handles
        .keys()
        .map(|order| order.namespace)
        .filter(|namespace| {
            !processes.iter().any(|p| p.namespaces.contains(namespace))
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

fn open_files(processes: &[Process]) -> Vec<PathBuf> {
    processes
        .iter()
        .filter_map(|p| fs::read_dir(format!("/proc/{}/fd", p.pid)).ok())
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
    let mut namespace = identity(kind, path)?;
    if kind == Kind::Net {
        namespace.cookie = networks::cookie(path).unwrap_or(0);
    }
    Some(namespace)
}
