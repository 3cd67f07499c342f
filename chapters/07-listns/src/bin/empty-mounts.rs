//! empty-mounts - move to a mount namespace that is no copy, and look around
//!
//! unshare(2) copies all mounts. With UNSHARE_EMPTY_MNTNS, since Linux 7.1, it
//! copies none: the new namespace has one mount, at /, of a file system that has
//! no files and takes none. Nothing can be opened by a path from then on; what
//! was opened before stays open.
//!
//! See: unshare(2), mount_namespaces(7)

use std::fs::{File, read_dir};
use std::io::{Write, read_to_string, stderr, stdout};
use std::process::exit;

use libc::c_int;
use nix::errno::Errno::{self, EINVAL, EPERM};
use nix::fcntl::{OFlag, openat};
use nix::sys::stat::Mode;

/// A new mount namespace that is empty (linux/sched.h).
const UNSHARE_EMPTY_MNTNS: c_int = 0x0010_0000;

fn main() {
    // Our folder in /proc. There will be no path to it.
    let proc = File::open("/proc/self")
        .unwrap_or_else(|error| fail("open", "/proc/self", errno(&error)));

    // SAFETY: this call takes no pointer.
    if unsafe { libc::unshare(UNSHARE_EMPTY_MNTNS) } == -1 {
        fail("unshare", "UNSHARE_EMPTY_MNTNS", Errno::last());
    }

    // The mounts that we see now, and all that can be found by a path.
    let mounts = openat(&proc, "mountinfo", OFlag::O_CLOEXEC, Mode::empty())
        .unwrap_or_else(|errno| fail("openat", "mountinfo", errno));
    let mounts = read_to_string(File::from(mounts))
        .unwrap_or_else(|it| fail("read", "mountinfo", errno(&it)));
    let files =
        read_dir("/").unwrap_or_else(|it| fail("opendir", "/", errno(&it)));
    let mut text = String::new();
    for mount in mounts.lines() {
        // Fields: ID, parent, device, root, path, and more; a type at the end.
        let path = mount.split(' ').nth(4).unwrap_or("?");
        let kind = mount.rsplit(' ').nth(2).unwrap_or("?");
        text += &format!("mounted at {path}: {kind}\n");
    }
    text += &format!("files in /: {}\n", files.count());
    if let Err(error) = stdout().write_all(text.as_bytes()) {
        fail("write", "stdout", errno(&error));
    }
}

fn errno(error: &std::io::Error) -> Errno {
    Errno::from_raw(error.raw_os_error().unwrap_or(0))
}

/// Names the call, its object and the error, and has advice for the likely.
fn fail(call: &str, object: &str, errno: Errno) -> ! {
    let advice = match (call, errno) {
        ("unshare", EINVAL) => "Linux has this flag since 7.1",
        ("unshare", EPERM) => "this needs CAP_SYS_ADMIN: try it as root",
        _ => "see errno(3)",
    };
    let reason = errno.desc();
    let text = format!("{call}({object}): {reason}\nempty-mounts: {advice}");
    let _ = writeln!(stderr(), "empty-mounts: {text}");
    exit(1)
}
