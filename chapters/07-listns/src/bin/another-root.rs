//! another-root - run a command with a folder as its root, in two calls
//!
//! open_tree(2) with OPEN_TREE_NAMESPACE, since Linux 7.0, makes a new mount
//! namespace with a single mount in it: the folder. What it returns is a handle,
//! as from /proc/PID/ns, and setns(2) takes us there. Chapter 6 copies all
//! mounts first, moves its root with pivot_root(2), and takes the others off.
//!
//! ```console
//! host# another-root /root/box ls /
//! app.sh  bin  dev  etc  lib  lib64  proc  root  sys  tmp  var  www
//! ```
//!
//! See: open_tree(2), setns(2), pivot_root(2)

use std::ffi::{CString, OsString};
use std::fs::File;
use std::io::{Write, stderr};
use std::os::fd::FromRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, exit};

use clap::Parser;
use libc::{
    AT_FDCWD, OPEN_TREE_CLOEXEC, SYS_open_tree, c_int, c_uint, syscall,
};
use nix::errno::Errno::{self, EINVAL, ENOENT, EPERM};
use nix::sched::{CloneFlags, setns};

/// Make a mount namespace of one folder, and return a handle (linux/mount.h).
const OPEN_TREE_NAMESPACE: c_uint = 2;

/// Run a command with a folder as its root, in two calls
#[derive(Parser)]
#[command(version, term_width = 80)]
struct Args {
    /// Folder that becomes the root
    folder: OsString,
    /// Command to run there
    #[arg(required = true, trailing_var_arg = true)]
    command: Vec<OsString>,
}

fn main() {
    let args = Args::parse();
    let object = args.folder.to_string_lossy();
    let folder = CString::new(args.folder.as_bytes());
    let folder = folder.expect("NUL ends a word, and is in none");

    // One: a mount namespace that nobody is a member of.
    let flags = OPEN_TREE_NAMESPACE | OPEN_TREE_CLOEXEC;
    // SAFETY: the path outlives the call.
    let fd =
        unsafe { syscall(SYS_open_tree, AT_FDCWD, folder.as_ptr(), flags) };
    if fd < 0 {
        fail("open_tree", &object, Errno::last());
    }
    // SAFETY: the kernel has just opened it for us.
    let namespace = unsafe { File::from_raw_fd(fd as c_int) };

    // Two: become a member. The kernel also sets our root and our working
    // directory, so no path leads back, and there is nothing to take off.
    if let Err(errno) = setns(&namespace, CloneFlags::CLONE_NEWNS) {
        fail("setns", &object, errno);
    }
    let [program, words @ ..] = &args.command[..] else {
        return;
    };
    let error = Command::new(program).args(words).exec();
    let errno = Errno::from_raw(error.raw_os_error().unwrap_or(0));
    fail("execvp", &program.to_string_lossy(), errno)
}

/// Names the call, its object and the error, and has advice for the likely.
fn fail(call: &str, object: &str, errno: Errno) -> ! {
    let (code, advice) = match (call, errno) {
        ("open_tree", EINVAL) => (1, "OPEN_TREE_NAMESPACE takes Linux 7.0"),
        ("open_tree", EPERM) => (1, "this needs CAP_SYS_ADMIN: try it as root"),
        ("execvp", ENOENT) => (127, "no such command below this root"),
        ("execvp", _) => (126, "it cannot be executed"),
        _ => (1, "see errno(3)"),
    };
    let reason = errno.desc();
    let text = format!("{call}({object}): {reason}\nanother-root: {advice}");
    let _ = writeln!(stderr(), "another-root: {text}");
    exit(code)
}
