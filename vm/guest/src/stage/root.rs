//! The root file system of a stage: an empty tmpfs. Nothing of the Linux
//! outside is mounted on it or above it.

use anyhow::{Context, Result};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::unistd::{chdir, pivot_root};

/// A folder that every Linux has. What is in it stays: the mount is on it only
/// in this mount namespace.
const PLACE: &str = "/tmp";

/// Mounts a tmpfs, makes it `/`, and lets go of all other mounts. The caller is
/// in a mount namespace of its own. Nothing spreads from it: its mounts become
/// private first.
pub fn enter() -> Result<()> {
    let none = None::<&str>;
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(none, "/", none, private, none)
        .context("mount(/, MS_REC|MS_PRIVATE)")?;
    let kind = Some("tmpfs");
    mount(kind, PLACE, kind, MsFlags::empty(), Some("mode=755"))
        .with_context(|| format!("mount({PLACE}, tmpfs)"))?;
    chdir(PLACE).with_context(|| format!("chdir({PLACE})"))?;
    // The old root lands on the new one, and is the upper of the two
    // (pivot_root(2), `pivot_root(".", ".")`).
    pivot_root(".", ".").context("pivot_root(., .)")?;
    umount2(".", MntFlags::MNT_DETACH).context("umount2(., MNT_DETACH)")?;
    chdir("/").context("chdir(/)")
}
