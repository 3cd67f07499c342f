//! my-namespaces - print which namespaces this process is a member of

use std::error::Error;

/// The types, as /proc/PID/ns names them and ls(1) sorts them.
const TYPES: [&str; 8] =
    ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];

fn main() -> Result<(), Box<dyn Error>> {
    for kind in TYPES {
        // TODO: the number of the namespace of this type.
        let number = 0;
        println!("{kind} {number}");
    }
    Ok(())
}
