//! my-namespaces - print which namespaces this process is a member of

use std::error::Error;
use std::fs;
use std::os::unix::fs::MetadataExt;

/// The types, as /proc/PID/ns names them and ls(1) sorts them.
const TYPES: [&str; 8] =
    ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];

fn main() -> Result<(), Box<dyn Error>> {
    for kind in TYPES {
        // A process that looks at /proc/self finds itself. stat(2) follows the
        // handle to the namespace, which has an inode number like a file.
        let handle = format!("/proc/self/ns/{kind}");
        let stat =
            fs::metadata(&handle).map_err(|e| format!("{handle}: {e}"))?;
        println!("{kind} {}", stat.ino());
    }
    Ok(())
}
