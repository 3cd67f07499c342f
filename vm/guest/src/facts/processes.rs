//! Reads the processes and their namespaces.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::sched::{CpuSet, sched_getaffinity};
use nix::unistd::Pid;
use procfs::FromRead;
use procfs::process::{self, Stat, StatFlags};
use protocol::facts::{Kind, Namespace, Process};
use protocol::name;

use super::{handle, proc_file};

/// Most readings of the list of processes if it keeps changing.
const PATIENCE: usize = 20;

/// Most processes whose files are kept open. A fork bomb makes thousands.
const MOST: usize = 100;

/// Facts about one process.
#[derive(Clone)]
pub struct Seen {
    /// Reported facts.
    pub process: Process,
    /// Namespace handles that the process has open.
    pub open: Vec<PathBuf>,
}

/// Reader of all processes except kernel threads.
///
/// Architecture invariant: only a process itself changes its namespaces and
/// open files. So a process that has not run since the last look is not read
/// again. A process that runs on another processor than the reader has an
/// outdated schedstat: on several processors, only the memory of a process that
/// may not leave the reader's is used.
#[derive(Default)]
pub struct Processes {
    known: BTreeMap<i32, Known>,
    viewpoint: Option<Viewpoint>,
    /// The reader's processor, where there are others.
    processor: Option<usize>,
}

impl Processes {
    /// Returns a reader that runs on one of several processors, and on no other.
    pub fn seen_from(processor: usize) -> Self {
        Self {
            processor: Some(processor),
            ..Self::default()
        }
    }

    /// Returns all processes, oldest first. A process that ends during the look
    /// is left out.
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

    /// Reads PID 1 and its descendants, and so not the kernel's threads: those
    /// descend from PID 2, and are ten times as many.
    ///
    /// The kernel may skip a child in its list while another one ends: so this
    /// reads the list until it is the same twice.
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

    /// Returns PID 1 and its descendants with their parents, as the kernel
    /// lists them now. Reads each process that is not in `visited`.
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

    /// Reads all processes anew, on a kernel that does not list children.
    fn look_at_all(&mut self, viewpoint: &Viewpoint) -> Result<()> {
        self.known.clear();
        for process in process::all_processes()?.flatten() {
            self.visit(process.pid, viewpoint);
        }
        Ok(())
    }

    /// Reads a process, unless the remembered facts are still true.
    fn visit(&mut self, pid: i32, viewpoint: &Viewpoint) {
        let is_true = |known: &Known| {
            if pid == viewpoint.own {
                known.threads.len() == threads_of_this_process()
            } else {
                known.rests() && known.stays_on(self.processor)
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

/// Remembered facts about a process.
struct Known {
    /// All threads at the time of the look. Empty if uncertain: then the
    /// process is read each time.
    threads: Vec<Thread>,
    /// Facts to report; `None` for a kernel thread or a process about to end.
    seen: Option<Seen>,
}

/// Files that are read for a thread at every look. Another thread may get the
/// same number, but open files stay with the old one.
struct Thread {
    number: Option<i32>,
    schedstat: File,
    children: File,
    /// Time run, time waited and number of time slices at the last look
    /// (proc_pid_schedstat(5)).
    ran: Vec<u8>,
}

impl Thread {
    fn look(folder: &Path) -> io::Result<Self> {
        let schedstat = File::open(folder.join("schedstat"))?;
        let number = folder.file_name().and_then(|name| name.to_str());
        Ok(Self {
            number: number.and_then(|number| number.parse().ok()),
            ran: proc_file::read(&schedstat)?,
            schedstat,
            children: File::open(folder.join("children"))?,
        })
    }

    /// Whether the thread has not run since the last look.
    fn rests(&self) -> bool {
        proc_file::read(&self.schedstat).is_ok_and(|now| now == self.ran)
    }

    /// Whether the thread may run on this processor alone.
    fn stays_on(&self, processor: usize) -> bool {
        let allowed = self
            .number
            .and_then(|number| sched_getaffinity(Pid::from_raw(number)).ok());
        let mut only = CpuSet::new();
        only.set(processor).is_ok() && allowed == Some(only)
    }

    fn children(&self) -> io::Result<Vec<i32>> {
        let bytes = proc_file::read(&self.children)?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.split(' ').flat_map(str::parse).collect())
    }
}

impl Known {
    fn look(pid: i32, viewpoint: &Viewpoint) -> Result<Self> {
        // The threads come first: whatever they do from now on is seen at the
        // next look.
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

    /// Whether no thread has run since the last look, so that there are no new
    /// threads either.
    fn rests(&self) -> bool {
        self.threads.iter().all(Thread::rests)
    }

    /// Whether no thread may leave this processor, if there are others.
    fn stays_on(&self, processor: Option<usize>) -> bool {
        processor.is_none_or(|processor| {
            self.threads.iter().all(|thread| thread.stays_on(processor))
        })
    }

    /// Sets the parent: a process gets another one when its own ends.
    fn has_parent(&mut self, parent: i32) {
        if let Some(seen) = &mut self.seen {
            seen.process.ppid = parent;
        }
    }

    /// Returns the children of all threads: the kernel lists them by thread.
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

/// Returns the name in /proc/PID/stat: between the first and the last
/// parenthesis.
fn comm(stat: &[u8]) -> Option<String> {
    let begin = stat.iter().position(|byte| *byte == b'(')?;
    let end = stat.iter().rposition(|byte| *byte == b')')?;
    Some(name::text(stat.get(begin + 1..end)?))
}

/// Returns the last number of `NSpid`: the PID in the process's own PID
/// namespace. Reads bytes, because the file also contains the name, which need
/// not be text.
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

/// Counts the threads of this process: a folder has a link from each folder in
/// it, and two of its own.
fn threads_of_this_process() -> usize {
    let task = fs::metadata("/proc/self/task");
    let links = task.map_or(0, |task| task.nlink());
    usize::try_from(links).map_or(0, |links| links.saturating_sub(2))
}

/// Point of view of the observing process.
struct Viewpoint {
    /// PID of the observing process in the PID namespace of /proc. This process
    /// always runs during a look, but its facts stay true: it returns from
    /// every namespace, and keeps no handle.
    own: i32,
    /// Device of all handles.
    device: u64,
    /// PID namespace of /proc.
    pid: Namespace,
    /// Whether the kernel has the files that [`Thread`] reads.
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

    /// Reads a membership from the link's text: following the link takes twice
    /// as long.
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
