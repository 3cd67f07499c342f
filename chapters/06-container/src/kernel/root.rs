//! root - a file system of its own: an overlay, and how it becomes `/`
//!
//! Since Linux 7.0 two calls do that. open_tree(2) makes a mount namespace in
//! which the overlay is all there is, and setns(2) puts `/` there. Before, a
//! new mount namespace is a copy of the machine's: pivot_root(2) puts the
//! overlay in the place of the machine's root, and umount2(2) takes the rest
//! off. The more mounts the machine has, the longer that takes.
//!
//! See: overlayfs in the kernel's documentation, open_tree(2), setns(2),
//! pivot_root(2)

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::fcntl::{OFlag, open};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, setns, unshare};
use nix::sys::stat::Mode;
use nix::unistd::{chdir, pivot_root};

use crate::error::{Named, Result};
use crate::kernel::tree::{self, FileSystem};

/// An overlay that is to be `/`.
pub enum Root {
    /// In a mount namespace without anything else, which this process is not a
    /// member of yet.
    Alone(OwnedFd),
    /// In this folder, among copies of the machine's mounts.
    AmongOthers(PathBuf),
}

const NOTHING: Option<&str> = None;

impl Root {
    /// Mounts the image, below a layer of our own that takes what is written,
    /// in a new mount namespace.
    pub fn mount(image: &Path, folder: &Path) -> Result<Self> {
        // Who may not make the one may still make the other: a sandbox around
        // us need not know the new calls. The old ones say what is wrong.
        let known = tree::may_be_a_namespace();
        if let Some(Ok(namespace)) = known.then(|| alone(image, folder)) {
            return Ok(Self::Alone(namespace));
        }
        among_others(image, folder)?;
        Ok(Self::AmongOthers(folder.into()))
    }

    /// Makes the overlay `/`, and the current folder. Nothing of the machine
    /// has a path any more.
    pub fn enter(self) -> Result<()> {
        match self {
            Self::Alone(namespace) => {
                let mounts = CloneFlags::CLONE_NEWNS;
                setns(namespace, mounts).named("setns", "CLONE_NEWNS")
            }
            Self::AmongOthers(folder) => pivot(&folder),
        }
    }

    /// The descriptor that is needed to enter, if any.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Alone(namespace) => Some(namespace.as_fd()),
            Self::AmongOthers(_) => None,
        }
    }
}

fn alone(image: &Path, folder: &Path) -> nix::Result<OwnedFd> {
    let overlay = FileSystem::open(c"overlay")?;
    overlay.set(c"source", c"overlay")?;
    overlay.set_folder(c"lowerdir+", &opened(image)?)?;
    overlay.set_folder(c"upperdir", &opened(&folder.join("upper"))?)?;
    overlay.set_folder(c"workdir", &opened(&folder.join("work"))?)?;
    tree::namespace_of(overlay.mount()?.as_raw_fd())
}

fn opened(folder: &Path) -> nix::Result<OwnedFd> {
    open(folder, OFlag::O_PATH | OFlag::O_CLOEXEC, Mode::empty())
}

fn among_others(image: &Path, folder: &Path) -> Result<()> {
    // A new mount namespace is not empty, but a copy of the machine's. Cut the
    // link between the two before mounting anything; see chapter 4.
    unshare(CloneFlags::CLONE_NEWNS).named("unshare", "CLONE_NEWNS")?;
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(NOTHING, "/", NOTHING, private, NOTHING).named("mount", "/")?;
    let layers = format!(
        "lowerdir={},upperdir={},workdir={}",
        image.display(),
        folder.join("upper").display(),
        folder.join("work").display(),
    );
    let kind = Some("overlay");
    mount(kind, folder, kind, MsFlags::empty(), Some(&*layers))
        .named("mount", format!("overlay, {}", folder.display()))
}

/// The old root goes on top of the new one, and is taken off.
fn pivot(folder: &Path) -> Result<()> {
    chdir(folder).named("chdir", folder.display())?;
    pivot_root(".", ".").named("pivot_root", folder.display())?;
    umount2(".", MntFlags::MNT_DETACH).named("umount", "the old root")?;
    chdir("/").named("chdir", "/")
}
