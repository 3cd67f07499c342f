//! Programs that a userland must have.

/// The shell and the standard tools, each with its package on Debian and most
/// others: tools that the course's programs are compared with, and tools whose
/// output the lessons show.
pub(super) const STANDARD: [(&str, &str); 13] = [
    ("bash", "bash"),
    ("id", "coreutils"),
    ("ip", "iproute2"),
    ("ipcmk", "util-linux"),
    ("ls", "coreutils"),
    ("lsipc", "util-linux"),
    ("lsns", "util-linux"),
    ("nsenter", "util-linux"),
    ("pgrep", "procps"),
    ("ps", "procps"),
    ("readlink", "coreutils"),
    ("setpriv", "util-linux"),
    ("unshare", "util-linux"),
];

/// Returns the names of all programs that a userland must have.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|(name, _)| name)
}

/// Returns all programs that a userland must have, with their packages.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    STANDARD.into_iter().chain([("busybox", "busybox")])
}
