//! The state of the kernel, as the machine's PID 1 sees it.
//!
//! Facts are raw numbers without labels. The harness decides which numbers
//! matter and what they are called.

use std::fmt;

use serde::{Deserialize, Serialize};

/// State of the kernel at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// All processes of the machine except kernel threads, in the order in
    /// which they were started. The first is PID 1, a member of the initial
    /// namespaces.
    pub processes: Vec<Process>,
    /// All network namespaces that have a process, a bind mount or an open
    /// file, in the order of `processes`. The initial one is the first.
    pub networks: Vec<NetNamespace>,
    /// Namespaces without a process: only a bind mount or an open file keeps
    /// them alive.
    pub pinned: Vec<Namespace>,
}

/// Process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// PID in the initial PID namespace.
    pub pid: i32,
    /// PID of the parent.
    pub ppid: i32,
    /// Start time in clock ticks since boot. PID and start time together
    /// identify a process (proc_pid_stat(5), field 22).
    pub start_time: u64,
    /// Name in `/proc/PID/comm`: at most 15 bytes, see [`crate::name`].
    pub command: String,
    /// PID in the process's own PID namespace: the last number of `NSpid`.
    pub inner_pid: i32,
    /// The process's eight namespaces, in the order of namespaces(7).
    pub namespaces: Vec<Namespace>,
}

/// Identity of a living namespace. The kernel reuses inode numbers after its
/// end, even for another type.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
)]
pub struct Namespace {
    /// Type of the namespace.
    pub kind: Kind,
    /// `st_dev` of the namespace's handle.
    pub device: u64,
    /// `st_ino` of the namespace's handle: the number in `net:[4026531840]`.
    pub inode: u64,
    /// Number that the kernel never reuses (`SO_NETNS_COOKIE`, for network
    /// namespaces since Linux 5.14); 0 where the kernel has no such number.
    pub cookie: u64,
}

/// The eight types, in the order of namespaces(7), which is alphabetical.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
)]
pub enum Kind {
    /// Control groups' root directory.
    Cgroup,
    /// System V IPC and POSIX message queues.
    Ipc,
    /// Mount points.
    Mnt,
    /// Network devices, stacks, ports.
    Net,
    /// Process IDs.
    Pid,
    /// Boot and monotonic clocks.
    Time,
    /// User and group IDs.
    User,
    /// Hostname and NIS domain name.
    Uts,
}

impl Kind {
    /// All types, in order.
    pub const ALL: [Self; 8] = [
        Self::Cgroup,
        Self::Ipc,
        Self::Mnt,
        Self::Net,
        Self::Pid,
        Self::Time,
        Self::User,
        Self::Uts,
    ];

    /// Returns the name of the type's handle in `/proc/PID/ns`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cgroup => "cgroup",
            Self::Ipc => "ipc",
            Self::Mnt => "mnt",
            Self::Net => "net",
            Self::Pid => "pid",
            Self::Time => "time",
            Self::User => "user",
            Self::Uts => "uts",
        }
    }

    /// Returns the type with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A network namespace and its interfaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetNamespace {
    /// Identity of the namespace.
    pub namespace: Namespace,
    /// Interfaces, sorted by index.
    pub interfaces: Vec<Interface>,
}

/// A network interface, read from netlink (rtnetlink(7)), never from /sys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// Name of the interface, see [`crate::name`].
    pub name: String,
    /// Index of the interface, unique in its namespace.
    pub index: u32,
    /// Kind of the interface: `IFLA_INFO_KIND`, such as `veth` or `bridge`, or
    /// a word for its link type, such as `loopback`.
    pub kind: String,
    /// Whether the interface is switched on (`IFF_UP`) and has a carrier.
    pub state: LinkState,
    /// Maximum transmission unit, in bytes.
    pub mtu: u32,
    /// Hardware address.
    pub mac: [u8; 6],
    /// Addresses with their prefix length, such as `172.17.0.2/16`.
    pub addresses: Vec<String>,
    /// Index of the bridge that the interface is a port of.
    pub master: Option<u32>,
    /// The other end of a veth.
    pub peer: Option<Peer>,
}

/// State of an interface, as `ip link` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// Switched off.
    Down,
    /// Switched on without a carrier: the other end is down, or a bridge has no
    /// active port.
    NoCarrier,
    /// Switched on and connected.
    Up,
}

/// The other end of a veth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Namespace of the peer, if the machine still knows it.
    pub namespace: Option<Namespace>,
    /// Index of the peer in that namespace.
    pub index: u32,
}
