//! The calls that the course makes.

use std::fmt;

/// A system call, or a file that is written like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// unshare(2).
    Unshare,
    /// clone(2) with flags for new namespaces.
    Clone,
    /// fork(2), and clone(2) without new namespaces.
    Fork,
    /// setns(2).
    Setns,
    /// open(2) of a handle in `/proc/PID/ns`.
    Open,
    /// listns(2).
    Listns,
    /// open_by_handle_at(2) with the identifier of a namespace.
    OpenByHandle,
    /// open_tree(2) with OPEN_TREE_NAMESPACE.
    OpenTree,
    /// A write to `/proc/PID/uid_map` or `gid_map`.
    Map,
    /// A write to `/proc/PID/setgroups`, and setgroups(2).
    Setgroups,
    /// A write to `/proc/PID/timens_offsets`.
    Offsets,
    /// mount(2).
    Mount,
    /// umount(2).
    Umount,
    /// pivot_root(2).
    PivotRoot,
    /// sethostname(2).
    Sethostname,
    /// Changes of a network by rtnetlink(7).
    Netlink,
    /// bind(2).
    Bind,
    /// connect(2).
    Connect,
    /// execve(2).
    Exec,
    /// kill(2).
    Kill,
}

impl Call {
    /// All calls.
    pub const ALL: [Self; 20] = [
        Self::Unshare,
        Self::Clone,
        Self::Fork,
        Self::Setns,
        Self::Open,
        Self::Listns,
        Self::OpenByHandle,
        Self::OpenTree,
        Self::Map,
        Self::Setgroups,
        Self::Offsets,
        Self::Mount,
        Self::Umount,
        Self::PivotRoot,
        Self::Sethostname,
        Self::Netlink,
        Self::Bind,
        Self::Connect,
        Self::Exec,
        Self::Kill,
    ];

    /// Returns the words that name the call in a message or on a command line:
    /// its own name first, then calls and programs that make it.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Unshare => &["unshare"],
            Self::Clone => &[
                "clone",
                "clone3",
                "CLONE_NEW*",
                "container",
                "net-container",
                "net-host",
            ],
            Self::Fork => &["fork", "vfork", "spawn", "pthread_create"],
            Self::Setns => &["setns", "set_ns", "nsenter", "reassociate"],
            Self::Open => &["open", "readlink"],
            Self::Listns => &["listns"],
            Self::OpenByHandle => &["open_by_handle_at"],
            Self::OpenTree => &["open_tree", "another-root"],
            Self::Map => &["map", "uid_map", "gid_map"],
            Self::Setgroups => &["setgroups"],
            Self::Offsets => &["timens_offsets"],
            Self::Mount => &["mount"],
            Self::Umount => &["umount", "umount2"],
            Self::PivotRoot => &["pivot_root"],
            Self::Sethostname => &["sethostname", "hostname"],
            Self::Netlink => &["netlink", "RTNETLINK", "ip", "ifconfig"],
            Self::Bind => &["bind", "httpd"],
            Self::Connect => &["connect", "wget", "ping"],
            Self::Exec => &["execvp", "execve", "exec"],
            Self::Kill => &["kill"],
        }
    }

    /// Returns the call with this name.
    pub fn parse(word: &str) -> Option<Self> {
        let named = |call: &Self| call.names().contains(&word);
        Self::ALL.into_iter().find(named)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.names()[0])
    }
}
