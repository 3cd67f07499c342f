//! Failures: the call, its object, the error, and what to do next.

use std::io::{Write, stderr};
use std::process::exit;

use nix::errno::Errno::{
    self, EBADF, EINVAL, ENOENT, ENOMEM, ENOSYS, EPERM, ESTALE,
};

/// Names the call, its object and the error, and has advice for the likely.
pub fn fail(call: &str, object: &str, errno: Errno) -> ! {
    let (code, advice) = match (call, errno) {
        ("listns", ENOSYS) => (1, "Linux has this call since 6.19"),
        ("listns", EPERM) => (1, "a filter for system calls forbids it"),
        ("open_by_handle_at", ESTALE) => (
            1,
            "it has ended, or you may not see it, or Linux is before 6.19",
        ),
        ("open_by_handle_at", EBADF) => (1, "Linux can do this since 6.19"),
        ("setns", EPERM) => (1, "this needs CAP_SYS_ADMIN: try it as root"),
        ("setns", EINVAL) => (1, "we are a member, or have several threads"),
        ("fork", ENOMEM) => (1, "PID 1 in there has ended: no more forks"),
        ("execvp", ENOENT) => (127, "no such command in this mnt namespace"),
        ("execvp", _) => (126, "it cannot be executed"),
        _ => (1, "see errno(3)"),
    };
    let reason = errno.desc();
    let text = format!("{call}({object}): {reason}\nlistns: {advice}");
    let _ = writeln!(stderr(), "listns: {text}");
    exit(code)
}
