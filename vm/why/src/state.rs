//! The state of a process, as far as rules depend on it. What is not known is
//! `None`.

use std::path::{Path, PathBuf};

use tr::tr;

use crate::capability::Capability;
use crate::map::Map;
use crate::object::Object;
use crate::owner::Owner;
use protocol::Kind;

/// The state of a process.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// PID, as `/proc` shows it.
    pub pid: Option<i32>,
    /// Name of the program.
    pub command: String,
    /// Number of threads.
    pub threads: Option<u64>,
    /// Effective user ID, as the reader sees it.
    pub uid: Option<u32>,
    /// Effective group ID, as the reader sees it.
    pub gid: Option<u32>,
    /// Effective capabilities.
    pub capabilities: Option<u64>,
    /// Memberships.
    pub memberships: Vec<Membership>,
    /// PID namespace of the children.
    pub children: Option<Children>,
    /// Whether the children have a time namespace of their own.
    pub children_time_differs: Option<bool>,
    /// Map of user IDs.
    pub uid_map: Option<Map>,
    /// Map of group IDs.
    pub gid_map: Option<Map>,
    /// Whether setgroups(2) is denied in the user namespace.
    pub setgroups_denied: Option<bool>,
    /// Mounts that the process sees.
    pub mounts: Option<Vec<Mount>>,
    /// Open descriptors, and their limit.
    pub descriptors: Option<Use>,
    /// Limit of processes of the user (RLIMIT_NPROC).
    pub most_processes: Option<u64>,
    /// Processes of the cgroup, and their limit.
    pub cgroup_processes: Option<Use>,
    /// Limits of `/proc/sys/user`, by type.
    pub most_namespaces: Vec<(Kind, u64)>,
    /// Setting that keeps ordinary users from making user namespaces.
    pub forbids_user_namespaces: Option<&'static str>,
    /// Types of file systems that the kernel has.
    pub file_systems: Option<Vec<String>>,
    /// Version of the kernel.
    pub kernel: Option<(u32, u32)>,
    /// Path of the call's object, if it was named.
    pub path: Option<PathBuf>,
    /// Object of the call, if somebody has looked at it.
    pub object: Option<Object>,
}

/// The membership in one namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Type of the namespace.
    pub kind: Kind,
    /// Number of the namespace.
    pub inode: u64,
    /// User namespace that owns the namespace.
    pub owner: Owner,
}

/// The PID namespace of a process's children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Children {
    /// The process's own.
    Here,
    /// A new one, without any process yet.
    NotBorn,
    /// Another one, which has processes.
    There(u64),
    /// Another one, in which no process was found.
    Nobody(u64),
}

/// A mount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
    /// Mount point.
    pub point: PathBuf,
    /// Folder of the file system that is mounted.
    pub root: PathBuf,
    /// Type of the file system.
    pub file_system: String,
    /// Whether the mount is on another mount: the kernel's rootfs is not.
    pub has_parent: bool,
    /// Whether mounts on the mount propagate to others (MS_SHARED).
    pub shared: bool,
}

/// A number, and its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Number in use.
    pub used: u64,
    /// Limit.
    pub limit: u64,
}

impl State {
    /// Returns the membership in the namespace of a type.
    pub fn member_of(&self, kind: Kind) -> Option<&Membership> {
        self.memberships.iter().find(|it| it.kind == kind)
    }

    /// Returns whether a child of the other process may be in this state: the
    /// same user, the same capabilities, and the same memberships but for PID
    /// and time, in which a parent may stay behind.
    pub fn is_like(&self, other: &Self) -> bool {
        let same = |kind: &Kind| {
            matches!(kind, Kind::Pid | Kind::Time)
                || self.member_of(*kind) == other.member_of(*kind)
        };
        let root = |state: &Self| {
            state
                .mount_at(Path::new("/"))
                .map(|mount| mount.root.clone())
        };
        (self.uid, self.gid) == (other.uid, other.gid)
            && self.capabilities == other.capabilities
            && root(self) == root(other)
            && Kind::ALL.iter().all(same)
    }

    /// Returns the name of a namespace: `net:[4026531840]`, or words for it.
    pub fn namespace(&self, kind: Kind) -> String {
        match self.member_of(kind) {
            Some(it) => format!("{kind}:[{}]", it.inode),
            None => tr!("its {kind} namespace", kind = kind.name()),
        }
    }

    /// Returns whether the process has a capability in its user namespace.
    pub fn has(&self, capability: Capability) -> Option<bool> {
        self.capabilities.map(|set| capability.is_in(set))
    }

    /// Returns the limit of namespaces of a type.
    pub fn most(&self, kind: Kind) -> Option<u64> {
        let found = self.most_namespaces.iter().find(|(it, _)| *it == kind);
        found.map(|(_, most)| *most)
    }

    /// Returns whether this is the initial user namespace, which maps every ID
    /// to itself.
    pub fn is_initial_user(&self) -> Option<bool> {
        let map = self.uid_map.as_ref()?;
        Some(map.0 == [[0, 0, u32::MAX]])
    }

    /// Returns the mount at a path.
    pub fn mount_at(&self, point: &Path) -> Option<&Mount> {
        // The last one hides those before.
        let mut mounts = self.mounts.iter().flatten().rev();
        mounts.find(|mount| mount.point == point)
    }

    /// Returns the name of the process for a sentence: `1022 (bash)`.
    pub fn name(&self) -> Option<String> {
        let pid = self.pid?;
        Some(format!("{pid} ({})", self.command))
    }
}
