//! What the kernel holds, as PID 1 of the machine sees it.
//!
//! Raw numbers, no labels: which numbers matter, and what they are called, is
//! the harness's business.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Everything of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The processes of the machine but for kernel threads, in the order
    /// they were started. The first is PID 1: it is a member of the initial
    /// namespaces.
    pub processes: Vec<Process>,
    /// The network namespaces that have a process, a bind mount or an open
    /// file, in the order of `processes`; the initial one is the first.
    pub networks: Vec<NetNamespace>,
    /// Namespaces that no process is a member of: only a bind mount or an
    /// open file keeps them.
    pub pinned: Vec<Namespace>,
}

/// One process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its PID in the initial PID namespace.
    pub pid: i32,
    /// Its parent's.
    pub ppid: i32,
    /// When it was started, in clock ticks since boot: with the PID, its
    /// identity (proc_pid_stat(5), field 22).
    pub start_time: u64,
    /// Its name, `/proc/PID/comm`: at most 15 bytes ([`crate::name`]).
    pub command: String,
    /// Its PID in its own PID namespace, the last of `NSpid`.
    pub inner_pid: i32,
    /// The eight namespaces it is a member of, in namespaces(7)'s order.
    pub namespaces: Vec<Namespace>,
}

/// The identity of a namespace, while it lives: numbers are used again after
/// its end, even for another type.
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
    /// Its type.
    pub kind: Kind,
    /// `st_dev` of its handle.
    pub device: u64,
    /// `st_ino` of its handle: the number in `net:[4026531840]`.
    pub inode: u64,
    /// A number the kernel never gives twice, where it has one
    /// (`SO_NETNS_COOKIE`, for network namespaces since Linux 5.14); else 0.
    pub cookie: u64,
}

/// The eight types, in namespaces(7)'s order, which is also the alphabet's.
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
    /// All of them, in order.
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

    /// The name of its handle in `/proc/PID/ns`.
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

    /// The type with this name, if there is one.
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
    /// Which.
    pub namespace: Namespace,
    /// Its interfaces, by index.
    pub interfaces: Vec<Interface>,
}

/// A network interface, from netlink (rtnetlink(7)), never from /sys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// Its name ([`crate::name`]).
    pub name: String,
    /// Its index, unique in its namespace.
    pub index: u32,
    /// `loopback`, `veth`, `bridge`…: `IFLA_INFO_KIND`, or by its link type.
    pub kind: String,
    /// It is switched on (`IFF_UP`) and has a carrier.
    pub state: LinkState,
    /// In bytes.
    pub mtu: u32,
    /// Its hardware address.
    pub mac: [u8; 6],
    /// Its addresses with their prefix length, `172.17.0.2/16`.
    pub addresses: Vec<String>,
    /// The bridge it is a port of, by its index.
    pub master: Option<u32>,
    /// The other end, for a veth.
    pub peer: Option<Peer>,
}

/// What `ip link` calls the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// Switched off.
    Down,
    /// Switched on, but no signal: the other end is down, or a bridge has
    /// no port.
    NoCarrier,
    /// Switched on and connected.
    Up,
}

/// The other end of a veth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// The namespace it is in, where the machine still knows it.
    pub namespace: Option<Namespace>,
    /// Its index there.
    pub index: u32,
}
