//! Capabilities that calls about namespaces need: capabilities(7).

/// A capability; the value is its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// To send signals to others.
    Kill = 5,
    /// To map group IDs, and to change one's own.
    Setgid = 6,
    /// To map user IDs, and to change one's own.
    Setuid = 7,
    /// To bind ports below 1024.
    NetBindService = 10,
    /// To change a network.
    NetAdmin = 12,
    /// To change one's root directory, and to join a mount namespace.
    SysChroot = 18,
    /// To look into the processes of others.
    SysPtrace = 19,
    /// To make and to join namespaces, to mount, to set the hostname.
    SysAdmin = 21,
    /// To exceed limits.
    SysResource = 24,
    /// To set clocks.
    SysTime = 25,
}

impl Capability {
    /// Returns the name of the capability.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kill => "CAP_KILL",
            Self::Setgid => "CAP_SETGID",
            Self::Setuid => "CAP_SETUID",
            Self::NetBindService => "CAP_NET_BIND_SERVICE",
            Self::NetAdmin => "CAP_NET_ADMIN",
            Self::SysChroot => "CAP_SYS_CHROOT",
            Self::SysPtrace => "CAP_SYS_PTRACE",
            Self::SysAdmin => "CAP_SYS_ADMIN",
            Self::SysResource => "CAP_SYS_RESOURCE",
            Self::SysTime => "CAP_SYS_TIME",
        }
    }

    /// Returns whether a set has the capability, as in `CapEff`.
    pub fn is_in(self, set: u64) -> bool {
        set & (1 << self as u64) != 0
    }
}
