//! Unpacks archives of the format of an initramfs: "newc", as described in the
//! kernel's Documentation/driver-api/early-userspace/buffer-format.rst.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::num::NonZeroUsize;
use std::os::unix::fs::{
    DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink,
};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::mman::{MapFlags, ProtFlags, mmap};

/// Length of an entry's head: a magic number and 13 numbers of 8 digits.
const HEAD: usize = 6 + 13 * 8;

/// Name of the entry after the last one.
const END: &[u8] = b"TRAILER!!!";

/// Kinds of files in an entry's mode (inode(7)).
const KIND: u32 = 0o170_000;
const FILE: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;
const LINK: u32 = 0o120_000;

/// An entry of an archive.
struct Entry<'a> {
    name: &'a [u8],
    mode: u32,
    contents: &'a [u8],
}

/// Unpacks an archive into `/`. The caller has no other root to leave for, so a
/// link in the archive leads nowhere else.
pub fn archive(file: &File) -> Result<()> {
    let length = usize::try_from(file.metadata().context("fstat")?.len())?;
    let length = NonZeroUsize::new(length).context("an empty archive")?;
    let read = ProtFlags::PROT_READ;
    let shared = MapFlags::MAP_SHARED;
    // SAFETY: a new mapping. The process ends with it, or executes.
    let start = unsafe { mmap(None, length, read, shared, file, 0) }
        .context("mmap(archive)")?;
    // SAFETY: the file has this length, and its name is that of its contents:
    // nobody changes it.
    let bytes = unsafe {
        std::slice::from_raw_parts(start.as_ptr().cast(), length.get())
    };
    unpack(bytes)
}

fn unpack(bytes: &[u8]) -> Result<()> {
    let mut rest = bytes;
    loop {
        let entry = next(&mut rest).context("the archive is cut or damaged")?;
        if entry.name == END {
            return Ok(());
        }
        let path = path(entry.name)?;
        make(&path, &entry)
            .with_context(|| format!("unpack {}", path.display()))?;
    }
}

/// Takes the next entry. Names and contents are padded to multiples of four,
/// counted from the beginning of the head.
fn next<'a>(rest: &mut &'a [u8]) -> Option<Entry<'a>> {
    let head = rest.get(..HEAD)?;
    head.strip_prefix(b"070701")?;
    let number = |index: usize| {
        let digits = head.get(6 + index * 8..14 + index * 8)?;
        u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
    };
    let mode = number(1)?;
    let length = usize::try_from(number(6)?).ok()?;
    let name_length = usize::try_from(number(11)?).ok()?;
    let name_end = HEAD.checked_add(name_length)?;
    let name = rest.get(HEAD..name_end)?.strip_suffix(b"\0")?;
    let start = name_end.checked_next_multiple_of(4)?;
    let end = start.checked_add(length)?;
    let contents = rest.get(start..end)?;
    let next = end.checked_next_multiple_of(4)?.min(rest.len());
    *rest = &rest[next..];
    Some(Entry {
        name,
        mode,
        contents,
    })
}

/// Returns the path below `/`. A name with `..` is refused.
fn path(name: &[u8]) -> Result<PathBuf> {
    let name = str::from_utf8(name).context("a name that is no text")?;
    let below = Path::new(name.trim_start_matches('/'));
    let plain = below
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    ensure!(plain, "the archive names {name}");
    Ok(Path::new("/").join(below))
}

fn make(path: &Path, entry: &Entry) -> Result<()> {
    let mode = entry.mode & 0o7777;
    match entry.mode & KIND {
        FOLDER => {
            let made = fs::DirBuilder::new().mode(mode).create(path);
            match made {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    Err(error)?;
                }
                _ => {
                    fs::set_permissions(path, PermissionsExt::from_mode(mode))?
                }
            }
        }
        LINK => {
            let target = str::from_utf8(entry.contents)?;
            symlink(target, path)?;
        }
        FILE => {
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(mode)
                .open(path)?;
            file.write_all(entry.contents)?;
            file.set_permissions(PermissionsExt::from_mode(mode))?;
        }
        kind => bail!("a file of the kind {kind:o}"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, mode: u32, contents: &[u8]) -> Vec<u8> {
        let mut bytes = b"070701".to_vec();
        let mut numbers = [0; 13];
        numbers[1] = mode;
        numbers[6] = u32::try_from(contents.len()).unwrap();
        numbers[11] = u32::try_from(name.len() + 1).unwrap();
        for number in numbers {
            bytes.extend(format!("{number:08x}").bytes());
        }
        for part in [[name.as_bytes(), b"\0"].concat(), contents.to_vec()] {
            bytes.extend(part);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    #[test]
    fn entries_follow_each_other() {
        let bytes = [
            entry("a", FILE | 0o644, b"hello"),
            entry("TRAILER!!!", 0, b""),
        ]
        .concat();
        let mut rest = bytes.as_slice();
        let first = next(&mut rest).unwrap();
        assert_eq!((first.name, first.contents), (&b"a"[..], &b"hello"[..]));
        assert_eq!(next(&mut rest).unwrap().name, END);
        assert!(next(&mut rest).is_none());
    }

    #[test]
    fn a_cut_archive_has_no_entry_to_make() {
        let bytes = entry("a", FILE, b"hello");
        for length in 0..HEAD + 2 + 5 {
            assert!(next(&mut &bytes[..length]).is_none(), "{length}");
        }
    }

    #[test]
    fn no_name_leads_out_of_the_root() {
        for name in ["../x", "a/../../x", "/a/.."] {
            assert!(path(name.as_bytes()).is_err(), "{name}");
        }
        assert_eq!(path(b"/usr/bin/x").unwrap(), Path::new("/usr/bin/x"));
    }
}
