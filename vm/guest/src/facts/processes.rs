//! The processes, and which namespaces they are members of.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use procfs::FromRead;
use procfs::process::{self, Stat, StatFlags};
use protocol::facts::{Kind, Namespace, Process};

use super::handles;

/// How often the list of processes is read again if it changes meanwhile.
const PATIENCE: usize = 20;

/// What was seen of a process.
#[derive(Clone)]
pub struct Seen {
    /// What is reported.
    pub process: Process,
    /// The handles it has open.
    pub open: Vec<PathBuf>,
    /// How long it had run and waited by then, and how often it had begun to
    /// run (/proc/PID/schedstat).
    ran: Vec<u8>,
}

/// All processes but kernel threads, as often as is asked.
///
/// Architecture invariant: nobody but a process itself changes its namespaces
/// and its open files. So one that has not run since it was last looked at is
/// not looked at again. This needs a machine with one processor: where
/// another one runs a process meanwhile, its schedstat lags behind.
#[derive(Default)]
pub struct Processes {
    known: BTreeMap<i32, Seen>,
    viewpoint: Option<Viewpoint>,
}

impl Processes {
    /// All there are, oldest first. One that ends while it is looked at is
    /// left out.
    pub fn all(&mut self) -> Result<Vec<Seen>> {
        let viewpoint = match self.viewpoint.take() {
            Some(viewpoint) => viewpoint,
            None => Viewpoint::of_this_process()?,
        };
        let known = std::mem::take(&mut self.known);
        for (pid, stat) in list()? {
            let seen = known.get(&pid).filter(|seen| is_same(seen, &stat));
            if let Some(seen) = viewpoint.one(pid, &stat, seen) {
                self.known.insert(pid, seen);
            }
        }
        self.viewpoint = Some(viewpoint);
        let mut all: Vec<Seen> = self.known.values().cloned().collect();
        all.sort_by_key(|s| (s.process.start_time, s.process.pid));
        Ok(all)
    }
}

/// A PID alone may have been given to another process.
fn is_same(seen: &Seen, stat: &Stat) -> bool {
    seen.process.start_time == stat.starttime
}

/// PID 1 and its descendants: everybody but the kernel's threads, which are
/// children of PID 2, and ten times as many.
///
/// While a child ends, the kernel may pass over another one: so this looks
/// until it has seen the same twice.
fn list() -> Result<BTreeMap<i32, Stat>> {
    let mut stats = BTreeMap::new();
    let Some(mut before) = descendants(&mut stats) else {
        // This kernel does not list children.
        for process in process::all_processes()?.flatten() {
            stats.extend(process.stat().ok().map(|stat| (stat.pid, stat)));
        }
        return Ok(stats);
    };
    for _ in 0..PATIENCE {
        let now = descendants(&mut stats).unwrap_or_default();
        if now == before {
            break;
        }
        before = now;
    }
    stats.retain(|pid, _| before.contains(pid));
    Ok(stats)
}

/// PID 1 and its descendants, as they are listed now; none if they are not.
fn descendants(stats: &mut BTreeMap<i32, Stat>) -> Option<Vec<i32>> {
    let mut found = vec![1];
    let mut position = 0;
    while let Some(pid) = found.get(position).copied() {
        position += 1;
        if let Entry::Vacant(new) = stats.entry(pid) {
            let Ok(stat) = stat(pid) else { continue };
            new.insert(stat);
        }
        let threads = stats.get(&pid).map_or(1, |stat| stat.num_threads);
        let children = children(pid, threads);
        if pid == 1 && children.is_err() {
            return None;
        }
        found.extend(children.unwrap_or_default());
    }
    Some(found)
}

fn stat(pid: i32) -> Result<Stat> {
    let bytes = read(&format!("/proc/{pid}/stat"))?;
    Ok(Stat::from_read(bytes.as_slice())?)
}

/// The kernel lists the children of each thread.
fn children(pid: i32, threads: i64) -> io::Result<Vec<i32>> {
    if threads == 1 {
        return children_of_thread(&format!("/proc/{pid}/task/{pid}"));
    }
    let mut all = Vec::new();
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let thread = thread?.path();
        all.extend(children_of_thread(&thread.to_string_lossy())?);
    }
    Ok(all)
}

fn children_of_thread(thread: &str) -> io::Result<Vec<i32>> {
    let bytes = read(&format!("{thread}/children"))?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.split(' ').flat_map(str::parse).collect())
}

/// A file of procfs: its size is not known before it is read.
fn read(path: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(4096);
    File::open(path)?.take(u64::MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where one looks from.
struct Viewpoint {
    /// One's own PID in the PID namespace /proc is of.
    own: i32,
    /// The device all handles are on.
    device: u64,
    /// The PID namespace /proc is of.
    pid: Namespace,
}

impl Viewpoint {
    fn of_this_process() -> Result<Self> {
        let own = Path::new("/proc/self/ns/pid");
        let pid = identity(Kind::Pid, own).context("/proc/self/ns/pid")?;
        Ok(Self {
            own: std::process::id().cast_signed(),
            device: pid.device,
            pid,
        })
    }

    /// Looks at a process, unless what is known of it is still true.
    fn one(&self, pid: i32, stat: &Stat, known: Option<&Seen>) -> Option<Seen> {
        if stat.flags().ok()?.contains(StatFlags::PF_KTHREAD) {
            return None;
        }
        // Read first: what happens after this is seen the next time.
        let ran = read(&format!("/proc/{pid}/schedstat")).unwrap_or_default();
        match known {
            Some(seen) if self.is_true(seen, stat, &ran) => {
                let mut seen = seen.clone();
                // These others can change: a parent ends, a name is given.
                seen.process.ppid = stat.ppid;
                seen.process.command.clone_from(&stat.comm);
                Some(seen)
            }
            _ => self.look_at(pid, stat, ran),
        }
    }

    /// Whoever looks has run, and is where it was: it comes back from every
    /// namespace, and keeps no handle.
    fn is_true(&self, seen: &Seen, stat: &Stat, ran: &[u8]) -> bool {
        let rested = stat.num_threads == 1 && !ran.is_empty();
        seen.process.pid == self.own || (rested && seen.ran == ran)
    }

    fn look_at(&self, pid: i32, stat: &Stat, ran: Vec<u8>) -> Option<Seen> {
        let namespaces: Option<Vec<Namespace>> = Kind::ALL
            .into_iter()
            .map(|kind| self.membership(pid, kind))
            .collect();
        let namespaces = namespaces?;
        let inner_pid = match namespaces.contains(&self.pid) {
            true => pid,
            false => {
                let status = process::Process::new(pid).ok()?.status().ok()?;
                status.nspid?.last().copied()?
            }
        };
        let process = Process {
            pid,
            ppid: stat.ppid,
            start_time: stat.starttime,
            command: stat.comm.clone(),
            inner_pid,
            namespaces,
        };
        let open = match pid == self.own {
            true => Vec::new(),
            false => handles::open_in(pid),
        };
        Some(Seen { process, open, ran })
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

/// The file that is a handle of a process's namespace.
pub fn handle(pid: i32, kind: Kind) -> String {
    format!("/proc/{pid}/ns/{kind}")
}

/// The identity of the namespace behind a handle.
pub fn identity(kind: Kind, handle: &Path) -> Option<Namespace> {
    let meta = fs::metadata(handle).ok()?;
    let (device, inode) = (meta.dev(), meta.ino());
    Some(Namespace {
        kind,
        device,
        inode,
        cookie: 0,
    })
}
