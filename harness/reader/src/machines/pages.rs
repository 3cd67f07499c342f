//! Machines of the page: their parts, the programs for 32 bits, and the saved
//! machine that each run restores.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use language::Language;
use tr::tr;

use super::programs::AllInOne;
use crate::machine::cpio::Archive;
use crate::machine::initramfs;
use crate::machine::kernel::{self, Kernel};
use crate::machine::page::{self, PageFiles, SavedPage};
use crate::machine::userland::Userland;
use crate::needed_kernel::{self, NeededKernel, TooOld};
use crate::{binaries, progress};

/// Name of the machine, as `--machine` takes it.
const NAME: &str = "page";

/// Tree in the cache that `vm/web` has fetched.
const RUST: &str = "rusts/trixie";

/// Folder in the cache that `vm/web` has filled.
pub const PARTS: &str = "page";

/// Brings the parts, builds the programs, and saves a machine of the page, each
/// if it is not there yet. The second value is the kernel's release, as `uname
/// -r` prints it.
pub(super) fn open(
    workspace: &Path,
    needed: Option<&NeededKernel>,
) -> Result<(SavedPage, String)> {
    let (files, release) = files(workspace)?;
    check(needed, &release)?;
    let saved = SavedPage::of(&files, &kernel::cache()?, || {
        progress::once(tr!("Booting the machine, which happens once"));
    })?;
    Ok((saved, release))
}

/// Brings the parts, and builds the programs, each if it is not there yet.
/// Returns the files that a machine is booted from, and the kernel's release.
pub(super) fn files(workspace: &Path) -> Result<(PageFiles, String)> {
    page::has_node()?;
    bring_parts(workspace)?;
    let cache = kernel::cache()?;
    let parts = cache.join(PARTS);
    let release = fs::read_to_string(parts.join("kernel/release"))
        .context("kernel/release")?;
    let release = release.trim().to_owned();
    let built = binaries::build_for_page(workspace, &cache.join(RUST))?;
    let programs = AllInOne::read(&built)?;
    let kernel = Kernel {
        image: parts.join("kernel/vmlinuz"),
        modules: parts.join("kernel/modules"),
        source: NAME,
    };
    let userland = Userland::of_page()?;
    let (root, from) = root(&kernel, &userland, &programs)?;
    let files = PageFiles::read(workspace, &parts, &release, root, &from)?;
    Ok((files, release))
}

/// Runs `vm/web`, which brings what is not there.
fn bring_parts(workspace: &Path) -> Result<()> {
    let script = workspace.join("vm/web");
    let mut command = Command::new(&script);
    command.arg("--quiet");
    command.env("NAMESPACE_WORKSHOP_LANGUAGE", Language::current().tag());
    let status = command.status();
    let status =
        status.with_context(|| format!("exec({})", script.display()))?;
    let why = tr!("The machine of the page lacks parts: it says above which");
    ensure!(status.success(), why);
    Ok(())
}

/// Returns the archive of the root file system, with all programs, and the
/// files of the userland that it was made of.
fn root(
    kernel: &Kernel,
    userland: &Userland,
    AllInOne {
        bytes,
        folder,
        places,
    }: &AllInOne,
) -> Result<(Vec<u8>, Vec<PathBuf>)> {
    // PID 1 comes with the other names of its file.
    let path = initramfs::make(Some(kernel), userland, &[], folder)?;
    let mut root =
        fs::read(&path).with_context(|| path.display().to_string())?;
    let mut more = Archive::default();
    more.file_with_names(places, 0o755, bytes.clone());
    // The kernel unpacks archives that follow each other.
    root.extend(more.to_bytes());
    Ok((root, initramfs::made_of(&path, folder, userland)?))
}

/// Refuses what needs a newer kernel than that of the page.
pub(super) fn check(
    needed: Option<&NeededKernel>,
    release: &str,
) -> Result<(), TooOld> {
    needed_kernel::check_far(needed, release, NAME)
}
