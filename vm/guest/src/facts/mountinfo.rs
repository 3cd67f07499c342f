//! Finds the mount points of namespaces (proc_pid_mountinfo(5)).

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// Returns the mount points of namespaces. The input is bytes: a path need not
/// be text.
pub fn of_namespaces(mountinfo: &[u8]) -> Vec<PathBuf> {
    let lines = mountinfo.split(|byte| *byte == b'\n');
    lines.filter_map(of_a_namespace).collect()
}

/// Parses a line such as
/// `36 35 0:4 net:[4026532281] /run/netns/blue rw shared:1 - nsfs nsfs rw`
fn of_a_namespace(line: &[u8]) -> Option<PathBuf> {
    let mut words = line.split(|byte| *byte == b' ');
    let mount_point = words.nth(4)?;
    words.find(|word| word == b"-")?;
    let is_nsfs = words.next()? == b"nsfs";
    is_nsfs.then(|| OsString::from_vec(path(mount_point)).into())
}

/// Undoes the kernel's escapes: `\040` stands for a blank.
fn path(mut written: &[u8]) -> Vec<u8> {
    let mut path = Vec::new();
    while let Some((first, rest)) = written.split_first() {
        let escaped = rest.first_chunk::<3>().and_then(octal);
        let (byte, length) = match escaped {
            Some(byte) if *first == b'\\' => (byte, 4),
            _ => (*first, 1),
        };
        path.push(byte);
        written = &written[length..];
    }
    path
}

fn octal(digits: &[u8; 3]) -> Option<u8> {
    u8::from_str_radix(str::from_utf8(digits).ok()?, 8).ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn a_mount_point_is_any_bytes_and_what_is_escaped_is_undone() {
        let found = of_namespaces(
            b"21 1 0:19 / /proc rw - proc proc rw\n\
              36 35 0:4 net:[4026532281] /run/a\\040b\\134c rw - nsfs n rw\n\
              37 35 0:30 / /tmp/\xff rw - tmpfs x rw\n\
              38 35 0:4 uts:[4026532282] /tmp/\xff rw - nsfs n rw\n\
              39 35 0:4 uts:[4026532282] /tmp/\\4 rw - nsfs n rw\n",
        );
        let found = found.iter().map(|path| path.as_os_str().as_bytes());
        let expected: [&[u8]; 3] = [b"/run/a b\\c", b"/tmp/\xff", b"/tmp/\\4"];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}
