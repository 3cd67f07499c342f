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

    // An error is no answer: neither the same nor another one.
    match (namespace(one, kind), namespace(other, kind)) {
        (Ok(one), Ok(other)) if one == other => exit(0),
        (Ok(_), Ok(_)) => exit(1),
        (Err(error), _) | (_, Err(error)) => {
            eprintln!("same-ns: {error}");
            exit(2);
        }
    }
}

/// Returns the device and inode number of the process's namespace of this type,
/// which no other has. stat(2) follows the handle to the namespace.
fn namespace(pid: &str, kind: &str) -> Result<(u64, u64), String> {
    let handle = format!("/proc/{pid}/ns/{kind}");
    match fs::metadata(&handle) {
        Ok(stat) => Ok((stat.dev(), stat.ino())),
        Err(error) => Err(format!("stat({handle}): {error}")),
    }
}
