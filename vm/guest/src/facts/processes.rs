//! The processes, and which namespaces they are members of.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use procfs::FromRead;
use procfs::process::{self, Stat, StatFlags};
use protocol::facts::{Kind, Namespace, Process};
use protocol::name;

use super::{handle, proc_file};

/// Number of times that a changing list of processes is read again.
const PATIENCE: usize = 20;

/// Number of processes whose files are kept open. A fork bomb makes thousands.
const MOST: usize = 100;

/// Process that was seen.
#[derive(Clone)]
pub struct Seen {
    /// Process as it is reported.
    pub process: Process,
    /// Handles that the process has open.
    pub open: Vec<PathBuf>,
}

/// All processes but kernel threads, as often as is asked.
///
/// Architecture invariant: nobody but a process itself changes its namespaces
/// and its open files. So one that has not run since it was last looked at is
/// not looked at again. This needs a machine with one processor: where
/// another one runs a process meanwhile, its schedstat lags behind.
#[derive(Default)]
pub struct Processes {
    known: BTreeMap<i32, Known>,
    viewpoint: Option<Viewpoint>,
}

impl Processes {
    /// Returns all processes, the oldest first, without those that end
    /// meanwhile.
    pub fn all(&mut self) -> Result<Vec<Seen>> {
        let viewpoint = match self.viewpoint.take() {
            Some(viewpoint) => viewpoint,
            None => Viewpoint::of_this_process()?,
        };
        if viewpoint.sees_children {
            self.look_at_descendants(&viewpoint);
        } else {
            self.look_at_all(&viewpoint)?;
        }
        self.viewpoint = Some(viewpoint);
        let mut all: Vec<Seen> = self
            .known
            .values()
            .filter_map(|known| known.seen.clone())
            .collect();
        all.sort_by_key(|s| (s.process.start_time, s.process.pid));
        self.known.retain(|_, known| !known.threads.is_empty());
        Ok(all)
    }

    /// Looks at PID 1 and its descendants. The kernel's threads are
    /// descendants of PID 2, and ten times as many.
    ///
    /// While a child ends, the kernel may pass over another child: so the list
    /// is read until it is the same twice.
    fn look_at_descendants(&mut self, viewpoint: &Viewpoint) {
        let mut visited = BTreeSet::new();
        let mut parents = self.descendants(viewpoint, &mut visited);
        for _ in 0..PATIENCE {
            let before = parents;
            parents = self.descendants(viewpoint, &mut visited);
            if parents == before {
                break;
            }
        }
        self.known.retain(|pid, _| parents.contains_key(pid));
        for (pid, known) in &mut self.known {
            known.has_parent(parents[pid]);
        }
    }

    /// PID 1 and its descendants with their parents, as they are listed now.
    /// Each is visited once.
    fn descendants(
        &mut self,
        viewpoint: &Viewpoint,
        visited: &mut BTreeSet<i32>,
    ) -> BTreeMap<i32, i32> {
        let mut found = BTreeMap::new();
        let mut next = vec![(1, 0)];
        while let Some((pid, parent)) = next.pop() {
            if visited.insert(pid) {
                self.visit(pid, viewpoint);
            }
            if let Some(known) = self.known.get(&pid) {
                found.insert(pid, parent);
                let children = known.children(pid).unwrap_or_default();
                next.extend(children.into_iter().map(|child| (child, pid)));
            }
        }
        found
    }

    /// Looks at all processes anew, on a kernel that does not list children.
    fn look_at_all(&mut self, viewpoint: &Viewpoint) -> Result<()> {
        self.known.clear();
        for process in process::all_processes()?.flatten() {
            self.visit(process.pid, viewpoint);
        }
        Ok(())
    }

    /// Looks at a process, unless what is known of it is still true.
    fn visit(&mut self, pid: i32, viewpoint: &Viewpoint) {
        let is_true = |known: &Known| {
            if pid == viewpoint.own {
                known.threads.len() == threads_of_this_process()
            } else {
                known.rests()
            }
        };
        if self.known.get(&pid).is_some_and(is_true) {
            return;
        }
        self.known.remove(&pid);
        if let Ok(mut known) = Known::look(pid, viewpoint) {
            if self.known.len() >= MOST {
                known.threads.clear();
            }
            self.known.insert(pid, known);
        }
    }
}

/// Knowledge of a process.
struct Known {
    /// Threads at the last look. Without a thread they are not known, and the
    /// process is looked at each time.
    threads: Vec<Thread>,
    /// Process as it was seen; `None` for a kernel thread, or one about to end.
    seen: Option<Seen>,
}

/// Files of a thread that are read at every look. They stay the files of this
/// thread, even if another thread gets its number.
struct Thread {
    schedstat: File,
    children: File,
    /// Time that the thread had run and waited at the last look, and how often
    /// it had begun to run (proc_pid_schedstat(5)).
    ran: Vec<u8>,
}

impl Thread {
    fn look(folder: &Path) -> io::Result<Self> {
        let schedstat = File::open(folder.join("schedstat"))?;
        Ok(Self {
            ran: proc_file::read(&schedstat)?,
            schedstat,
            children: File::open(folder.join("children"))?,
        })
    }

    /// Whether it has not run since.
    fn rests(&self) -> bool {
        proc_file::read(&self.schedstat).is_ok_and(|now| now == self.ran)
    }

    fn children(&self) -> io::Result<Vec<i32>> {
        let bytes = proc_file::read(&self.children)?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.split(' ').flat_map(str::parse).collect())
    }
}

impl Known {
    fn look(pid: i32, viewpoint: &Viewpoint) -> Result<Self> {
        // The threads first: what they do after this is seen the next time.
        let mut threads = threads_of(pid)?;
        let stat = File::open(format!("/proc/{pid}/stat"))?;
        let bytes = proc_file::read(&stat)?;
        let mut stat = Stat::from_read(bytes.as_slice())?;
        stat.comm = comm(&bytes).context("no name")?;
        if usize::try_from(stat.num_threads) != Ok(threads.len()) {
            threads.clear();
        }
        Ok(Self {
            threads,
            seen: viewpoint.look_at(pid, &stat),
        })
    }

    /// Whether none of its threads has run since: so it has no new ones.
    fn rests(&self) -> bool {
        self.threads.iter().all(Thread::rests)
    }

    /// A process gets another parent when its own ends.
    fn has_parent(&mut self, parent: i32) {
        if let Some(seen) = &mut self.seen {
            seen.process.ppid = parent;
        }
    }

    /// The kernel lists the children of each thread.
    fn children(&self, pid: i32) -> io::Result<Vec<i32>> {
        let anew = if self.threads.is_empty() {
            threads_of(pid)?
        } else {
            Vec::new()
        };
        let all = self.threads.iter().chain(&anew).map(Thread::children);
        Ok(all.collect::<io::Result<Vec<_>>>()?.concat())
    }
}

/// The name between the first and the last parenthesis of /proc/PID/stat.
fn comm(stat: &[u8]) -> Option<String> {
    let begin = stat.iter().position(|byte| *byte == b'(')?;
    let end = stat.iter().rposition(|byte| *byte == b')')?;
    Some(name::text(stat.get(begin + 1..end)?))
}

/// The last number of `NSpid`, the PID in the process's own PID namespace. The
/// name stands there too, so the file may be no text.
fn inner_pid(pid: i32) -> Option<i32> {
    let status = fs::read(format!("/proc/{pid}/status")).ok()?;
    let mut lines = status.split(|byte| *byte == b'\n');
    let line = lines.find_map(|line| line.strip_prefix(b"NSpid:"))?;
    let numbers = str::from_utf8(line).ok()?;
    numbers.split_whitespace().last()?.parse().ok()
}

/// Returns the threads that have not just ended.
fn threads_of(pid: i32) -> io::Result<Vec<Thread>> {
    let threads = fs::read_dir(format!("/proc/{pid}/task"))?.flatten();
    Ok(threads
        .filter_map(|thread| Thread::look(&thread.path()).ok())
        .collect())
}

/// A folder has a link from each folder in it, and two of its own.
fn threads_of_this_process() -> usize {
    let task = fs::metadata("/proc/self/task");
    let links = task.map_or(0, |task| task.nlink());
    usize::try_from(links).map_or(0, |links| links.saturating_sub(2))
}

/// Point of view: the process that looks.
struct Viewpoint {
    /// PID of the process that looks, in the PID namespace of /proc. This
    /// process has always run since the last look, and yet is where it was: it
    /// comes back from every namespace, and keeps no handle.
    own: i32,
    /// Device of all handles.
    device: u64,
    /// PID namespace of /proc.
    pid: Namespace,
    /// Whether the kernel has the files of [`Thread`].
    sees_children: bool,
}

impl Viewpoint {
    fn of_this_process() -> Result<Self> {
        let own = Path::new("/proc/self/ns/pid");
        let pid =
            handle::identity(Kind::Pid, own).context("/proc/self/ns/pid")?;
        Ok(Self {
            own: std::process::id().cast_signed(),
            device: pid.device,
            pid,
            sees_children: Thread::look(Path::new("/proc/thread-self")).is_ok(),
        })
    }

    fn look_at(&self, pid: i32, stat: &Stat) -> Option<Seen> {
        if stat.flags().ok()?.contains(StatFlags::PF_KTHREAD) {
            return None;
        }
        let namespaces: Option<Vec<Namespace>> = Kind::ALL
            .into_iter()
            .map(|kind| self.membership(pid, kind))
            .collect();
        let namespaces = namespaces?;
        let inner_pid = if namespaces.contains(&self.pid) {
            pid
        } else {
            inner_pid(pid)?
        };
        let process = Process {
            pid,
            ppid: stat.ppid,
            start_time: stat.starttime,
            command: stat.comm.clone(),
            inner_pid,
            namespaces,
        };
        let open = if pid == self.own {
            Vec::new()
        } else {
            handle::open_in(pid)
        };
        Some(Seen { process, open })
    }

    /// To read the link takes half as long as to follow it.
    fn membership(&self, pid: i32, kind: Kind) -> Option<Namespace> {
        let target = fs::read_link(handle::path(pid, kind)).ok()?;
        let (_, number) = target.to_str()?.split_once(":[")?;
        Some(Namespace {
            kind,
            device: self.device,
            inode: number.strip_suffix(']')?.parse().ok()?,
            cookie: 0,
        })
    }
}
