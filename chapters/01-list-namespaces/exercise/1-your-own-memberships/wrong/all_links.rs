//! Prints all handles of the folder.

use std::fs;
use std::os::unix::fs::MetadataExt;

fn main() {
    let folder = fs::read_dir("/proc/self/ns").unwrap();
    let mut names: Vec<_> =
        folder.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    for name in names {
        let name = name.to_string_lossy();
        let stat = fs::metadata(format!("/proc/self/ns/{name}")).unwrap();
        println!("{name} {}", stat.ino());
    }
}
