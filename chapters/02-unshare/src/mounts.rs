//! Mounts: a new mount namespace is a copy, and has the old /proc.

use nix::mount::{MsFlags, mount};

use crate::fail;

/// Sets who is told of mounts below this one.
///
/// The mount namespace starts as a copy of the old one, and the copy of a
/// shared mount is its peer: what is mounted on one side shows on the other.
/// unshare(2) leaves it so; unshare(1), like us, makes the copies private.
///
/// Private mounts tell nothing and are told nothing; slaves are told of what
/// happens on the old side; shared ones do both.
pub fn propagate(target: &str, how: &str) {
    let how = match how {
        "private" => MsFlags::MS_PRIVATE,
        "slave" => MsFlags::MS_SLAVE,
        "shared" => MsFlags::MS_SHARED,
        _ => return,
    };
    attach(None, target, how | MsFlags::MS_REC);
}

/// Mounts a /proc of this PID namespace.
///
/// Unless told otherwise, a /proc shows the PID namespace of whoever mounts
/// it: so it is the child that must do this, and not over anybody else's.
pub fn mount_proc() {
    propagate("/proc", "private");
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    attach(Some("proc"), "/proc", flags);
}

fn attach(kind: Option<&str>, target: &str, flags: MsFlags) {
    if let Err(errno) = mount(kind, target, kind, flags, None::<&str>) {
        fail("mount", target, errno);
    }
}

/// The root of a chroot seldom is one.
pub const NO_MOUNT_POINT: &str =
    "no mount point: before chroot DIR, mount --bind DIR DIR
unshare: or add --propagation unchanged";
