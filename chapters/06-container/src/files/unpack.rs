//! unpack - an archive's files, in a folder that no name leads out of
//!
//! See: tar(5), chroot(2)

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, chroot, lchown};
use std::path::{Component, Path};

use nix::sys::statfs::statfs;
use nix::unistd::{chdir, fchdir};
use tar::{Archive, Entry};

use crate::error::{Error, Named, Result, refused};
use crate::files::archive::{self, Bound};
use crate::kernel::word::{Word, escaped};

/// Unpacks an archive as it is read. The kernel sees to it that no name in
/// there, and no link, leads out of the image: our `/` is the image meanwhile.
/// (With a folder from before still open, root gets out of a chroot again.
/// That is why containers have a pivot_root.)
pub fn unpack(input: Box<dyn Read>, rootfs: &Path) -> Result<()> {
    let outside = File::open("/").named("open", "/")?;
    chroot(rootfs).named("chroot", rootfs.display())?;
    chdir("/").named("chdir", "/")?;
    let bound = Bound::new(room()?);
    let unpacked = unpack_all(input, &bound);
    fchdir(&outside).named("chdir", "/")?;
    chroot(".").named("chroot", "/")?;
    unpacked
}

fn unpack_all(input: Box<dyn Read>, bound: &Bound) -> Result<()> {
    let input = archive::open(input).map_err(cause)?;
    let mut archive = Archive::new(bound.reader(input));
    archive.set_preserve_permissions(true);
    for entry in archive.entries().map_err(cause)? {
        let mut entry = entry.map_err(cause)?;
        // A file takes some room besides what is in it.
        let size = entry.size().saturating_add(1024);
        bound.take(size).map_err(cause)?;
        check_names(&entry)?;
        unpack_entry(&mut entry).map_err(cause)?;
    }
    Ok(())
}

/// Adds the causes of an error: the first cause is at the end of the chain.
fn cause(error: io::Error) -> Error {
    let error = format!("{:#}", anyhow::Error::new(error));
    refused(escaped(&error, ""))
}

/// Refuses names that lead out of the image, as docker does. (Our `/` is the
/// image's: no name leads further.)
fn check_names(entry: &Entry<impl Read>) -> Result<()> {
    let refused = |what: &str, name: &[u8]| {
        let name = Word::from(OsStr::from_bytes(name).to_owned());
        let why = format!("invalid {what} \"{name}\"");
        Err(refused(escaped(&why, "")).alone())
    };
    let name = entry.path_bytes();
    if leads_out(&name) {
        return refused("entry name", &name);
    }
    match entry.link_name_bytes() {
        Some(target)
            if entry.header().entry_type().is_hard_link()
                && leads_out(&target) =>
        {
            refused("hardlink target", &target)
        }
        _ => Ok(()),
    }
}

/// `../evil`, and `a/../../evil`; but not `/../evil`, which is `/evil`.
fn leads_out(name: &[u8]) -> bool {
    let mut depth = 0;
    for part in Path::new(OsStr::from_bytes(name)).components() {
        depth += match part {
            Component::RootDir => return false,
            Component::ParentDir => -1,
            Component::Normal(_) => 1,
            _ => 0,
        };
        if depth < 0 {
            return true;
        }
    }
    false
}

/// The bytes that may come out of an archive: nine tenths of what is free.
fn room() -> Result<u64> {
    let here = statfs("/").named("statfs", "/")?;
    let block = u64::try_from(here.block_size()).unwrap_or_default();
    Ok(here.blocks_available() / 10 * 9 * block)
}

fn unpack_entry(entry: &mut Entry<impl Read>) -> io::Result<()> {
    let path = Path::new("/").join(entry.path()?);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let header = entry.header().clone();
    let mode = header.mode()?;
    let kind = header.entry_type();
    if kind.is_character_special() || kind.is_block_special() || kind.is_fifo()
    {
        // Not for a container, whose /dev is mounted over the image's.
        return Ok(());
    }
    entry.unpack(&path)?;
    // Whose it is may be empty. To give it away takes set-user-ID from it.
    let owner = [header.uid(), header.gid()].map(|it| it.unwrap_or(0) as u32);
    if owner != [0, 0] && !kind.is_pax_global_extensions() {
        lchown(&path, Some(owner[0]), Some(owner[1]))?;
        if !path.is_symlink() {
            fs::set_permissions(&path, Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As real Docker 28.5 took them.
    #[test]
    fn a_name_in_an_archive_leads_nowhere_else() {
        for name in ["evil", "/evil", "/../evil", "a/../evil", "..evil", ""] {
            assert!(!leads_out(name.as_bytes()), "{name}");
        }
        for name in ["../evil", "..", "../", "a/../../evil", "./../evil"] {
            assert!(leads_out(name.as_bytes()), "{name}");
        }
    }
}
