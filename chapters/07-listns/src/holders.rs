//! Who holds namespaces, as far as /proc shows: members, or else descriptors,
//! sockets, mounts, PID namespaces below, and parents whose children will be born
//! there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, metadata as stat};
use std::os::unix::fs::MetadataExt;

use crate::descriptors::{self, Descriptor};
use crate::kind::Kind;
use crate::mounts;

/// Holders, by the inode number of the namespace.
#[derive(Default)]
pub struct Holders {
    members: BTreeMap<u64, Vec<String>>,
    others: BTreeMap<u64, Vec<String>>,
    /// Mount namespaces whose mounts are known.
    searched: BTreeSet<u64>,
    /// Namespaces that only a socket or a child holds: with a handle they are in
    /// the list.
    _brought_back: Vec<File>,
}

impl Holders {
    /// Asks all processes that we may look into.
    pub fn find() -> Self {
        let mut holders = Self::default();
        let mut pids = numbers("/proc");
        pids.sort_unstable();
        for pid in pids {
            holders.ask(pid);
        }
        holders
    }

    /// Returns the members; without a member, whoever else holds it.
    pub fn of(&self, inode: u64) -> Option<String> {
        let holders = self.members.get(&inode);
        let holders = holders.or_else(|| self.others.get(&inode))?;
        Some(match holders.len() {
            1 => holders[0].clone(),
            all => format!("{} and {} more", holders[0], all - 1),
        })
    }

    fn ask(&mut self, pid: i32) {
        let process = name(pid);
        let own = self.ask_memberships(pid, &process);
        for task in numbers(&format!("/proc/{pid}/task")) {
            self.ask_thread(pid, task, &process, &own);
        }
        if pid.unsigned_abs() != std::process::id() {
            self.ask_descriptors(pid, &process, &own);
        }
        let mnt = own.iter().find(|(kind, _)| *kind == Kind::Mnt);
        if mnt.is_some_and(|(_, inode)| self.searched.insert(*inode)) {
            for (inode, path) in mounts::of_namespaces(pid) {
                self.holds(inode, format!("mount {path}"));
            }
        }
    }

    /// Notes what the process is a member of, and where its children will be.
    fn ask_memberships(&mut self, pid: i32, process: &str) -> Memberships {
        let own = memberships(&format!("/proc/{pid}"));
        for (_, inode) in &own {
            let members = self.members.entry(*inode).or_default();
            members.push(process.to_owned());
        }
        for link in ["pid_for_children", "time_for_children"] {
            match stat(format!("/proc/{pid}/ns/{link}")) {
                Ok(it) if !own.iter().any(|(_, own)| *own == it.ino()) => {
                    self.holds(it.ino(), format!("children of {process}"));
                }
                _ => {}
            }
        }
        own
    }

    /// A member is, to be exact, a thread, and each may be where it likes.
    fn ask_thread(
        &mut self,
        pid: i32,
        task: i32,
        process: &str,
        own: &Memberships,
    ) {
        if task == pid {
            return;
        }
        for membership in memberships(&format!("/proc/{pid}/task/{task}")) {
            if !own.contains(&membership) {
                let thread = format!("thread {task} of {process}");
                self.members.entry(membership.1).or_default().push(thread);
            }
        }
    }

    fn ask_descriptors(&mut self, pid: i32, process: &str, own: &Memberships) {
        for (fd, descriptor) in descriptors::of(pid) {
            match descriptor {
                Descriptor::Namespace(inode) => {
                    self.holds(inode, format!("descriptor {fd} of {process}"));
                    self.hold_parents(inode, descriptors::parents(pid, fd));
                }
                Descriptor::Socket => {
                    let Some((inode, handle)) = descriptors::network(pid, fd)
                    else {
                        continue;
                    };
                    if !own.contains(&(Kind::Net, inode)) {
                        self.holds(inode, format!("socket {fd} of {process}"));
                        self._brought_back.push(handle);
                    }
                }
            }
        }
    }

    /// A PID namespace keeps those above it alive, and not in the list.
    fn hold_parents(&mut self, mut child: u64, parents: Vec<(u64, File)>) {
        for (parent, handle) in parents {
            let holder = format!("its child pid:[{child}]");
            let known = self.others.get(&parent);
            // The child may be open more than once.
            if known.is_some_and(|it| it.contains(&holder)) {
                return;
            }
            self.holds(parent, holder);
            self._brought_back.push(handle);
            child = parent;
        }
    }

    fn holds(&mut self, inode: u64, holder: String) {
        self.others.entry(inode).or_default().push(holder);
    }
}

/// Types and inode numbers of a process's namespaces, or a thread's.
type Memberships = Vec<(Kind, u64)>;

fn memberships(folder: &str) -> Memberships {
    let inode = |kind| Some(stat(format!("{folder}/ns/{kind}")).ok()?.ino());
    let membership = |kind| Some((kind, inode(kind)?));
    Kind::ALL.into_iter().filter_map(membership).collect()
}

/// Entries of a folder that are numbers.
fn numbers(folder: &str) -> Vec<i32> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let number = |it: fs::DirEntry| it.file_name().to_str()?.parse().ok();
    entries.filter_map(number).collect()
}

fn name(pid: i32) -> String {
    let name = fs::read(format!("/proc/{pid}/comm")).unwrap_or_default();
    let name = String::from_utf8_lossy(name.trim_ascii_end());
    format!("{} ({pid})", name.escape_debug())
}
