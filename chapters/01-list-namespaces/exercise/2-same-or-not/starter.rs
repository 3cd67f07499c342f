//! same-ns - tell whether two processes are members of the same namespace

use std::os::unix::fs::MetadataExt;
use std::process::exit;
use std::{env, fs};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let [kind, one, other] = &args[..] else {
        eprintln!("usage: same-ns TYPE PID PID");
        exit(2);
    };

    let same = namespace(one, kind) == namespace(other, kind);
    exit(if same { 0 } else { 1 });
}

/// Returns the number of the process's namespace of this type.
fn namespace(pid: &str, kind: &str) -> Option<u64> {
    let handle = format!("/proc/{pid}/ns/{kind}");
    let stat = fs::symlink_metadata(handle).ok()?;
    Some(stat.ino())
}
