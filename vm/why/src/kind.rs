//! The types of namespaces.

use std::fmt;

/// A type of namespace, in the order of namespaces(7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// The types that take CAP_SYS_ADMIN: all but `user`.
pub const PRIVILEGED: &[Kind] = &[
    Kind::Cgroup,
    Kind::Ipc,
    Kind::Mnt,
    Kind::Net,
    Kind::Pid,
    Kind::Time,
    Kind::Uts,
];

impl Kind {
    /// All types.
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

    /// Returns the name of the type's flag.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Cgroup => "CLONE_NEWCGROUP",
            Self::Ipc => "CLONE_NEWIPC",
            Self::Mnt => "CLONE_NEWNS",
            Self::Net => "CLONE_NEWNET",
            Self::Pid => "CLONE_NEWPID",
            Self::Time => "CLONE_NEWTIME",
            Self::User => "CLONE_NEWUSER",
            Self::Uts => "CLONE_NEWUTS",
        }
    }

    /// Returns the type whose flag has this value.
    pub fn of_flag(value: i32) -> Option<Self> {
        Some(match value {
            libc::CLONE_NEWCGROUP => Self::Cgroup,
            libc::CLONE_NEWIPC => Self::Ipc,
            libc::CLONE_NEWNS => Self::Mnt,
            libc::CLONE_NEWNET => Self::Net,
            libc::CLONE_NEWPID => Self::Pid,
            libc::CLONE_NEWTIME => Self::Time,
            libc::CLONE_NEWUSER => Self::User,
            libc::CLONE_NEWUTS => Self::Uts,
            _ => return None,
        })
    }

    /// Returns the type with this name, flag or long option of unshare(1).
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.strip_prefix("--").unwrap_or(word);
        let named = |kind: &Self| word == kind.name() || word == kind.flag();
        match word {
            "mount" => None,
            _ => Self::ALL.into_iter().find(named),
        }
    }

    /// Returns the types that a text names by their flags.
    pub fn all_in(text: &str) -> Vec<Self> {
        let words = text.split(|c: char| !c.is_ascii_uppercase() && c != '_');
        let named = |kind: &Self| words.clone().any(|it| it == kind.flag());
        Self::ALL.into_iter().filter(named).collect()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
