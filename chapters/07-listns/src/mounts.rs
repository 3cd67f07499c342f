//! Bind mounts of handles, such as Docker's and those of ip-netns(8).

use std::fs;

use crate::kind;

/// Returns the mounts of namespaces that a process sees: inode number, path.
pub fn of_namespaces(pid: i32) -> Vec<(u64, String)> {
    let text = fs::read(format!("/proc/{pid}/mountinfo")).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().filter_map(of_namespace).collect()
}

/// Fields: ID, parent, device, root, path, and more (proc_pid_mountinfo(5)).
/// The root of a handle's mount is the text of the link: `uts:[4026531838]`.
fn of_namespace(line: &str) -> Option<(u64, String)> {
    let mut fields = line.split(' ').skip(3);
    let inode = kind::inode(fields.next()?)?;
    let path = fields.next()?.to_owned();
    line.contains(" - nsfs ").then_some((inode, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_of_a_handle_has_its_number_and_a_path() {
        let line = "61 28 0:4 uts:[4026532139] /run/a\\040b rw - nsfs nsfs rw";
        let found = (4_026_532_139, "/run/a\\040b".to_owned());
        assert_eq!(of_namespace(line), Some(found));
    }

    #[test]
    fn no_folder_is_a_namespace_whatever_its_name() {
        for line in [
            "61 28 0:4 / /run rw - tmpfs tmpfs rw",
            "61 28 0:4 uts:[1] /run rw - tmpfs tmpfs rw",
            "61 28 0:4",
            "",
        ] {
            assert_eq!(of_namespace(line), None, "{line}");
        }
    }
}
