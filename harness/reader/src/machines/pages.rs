//! Machines of the page: their parts, the programs for 32 bits, and the saved
//! machine that each run restores.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use language::Language;
use tr::tr;

use super::programs::Programs;
use crate::machine::cpio::Archive;
use crate::machine::initramfs;
use crate::machine::kernel::{self, Kernel};
use crate::machine::page::{self, PageFiles, SavedPage};
use crate::machine::userland::Userland;
use crate::needed_kernel::{self, NeededKernel, TooOld};
use crate::{binaries, progress};

/// Name of the machine, as `--machine` takes it.
const NAME: &str = "page";

/// Trees in the cache that `vm/web` has fetched: programs, and Rust.
const USERLAND: &str = "userlands/trixie-i386";
const RUST: &str = "rusts/trixie";

/// Folder in the cache that `vm/web` has filled.
const PARTS: &str = "page";

/// What machines of the page are made of.
pub(super) struct Opened {
    pub saved: SavedPage,
    /// Release of the kernel, as `uname -r` prints it.
    pub release: String,
    pub programs: Programs,
}

/// Brings the parts, builds the programs, and saves a machine of the page, each
/// if it is not there yet.
pub(super) fn open(
    workspace: &Path,
    needed: Option<&NeededKernel>,
) -> Result<Opened> {
    page::has_node()?;
    bring_parts(workspace)?;
    let cache = kernel::cache()?;
    let parts = cache.join(PARTS);
    let release = fs::read_to_string(parts.join("kernel/release"))
        .context("kernel/release")?;
    let release = release.trim().to_owned();
    check(needed, &release)?;
    let built = binaries::build_for_page(workspace, &cache.join(RUST))?;
    let programs = Programs::read(&built)?;
    let kernel = Kernel {
        image: parts.join("kernel/vmlinuz"),
        modules: parts.join("kernel/modules"),
        source: NAME,
    };
    let userland = Userland::tree(&cache.join(USERLAND))?;
    let root = root(&kernel, &userland, &programs)?;
    let files = PageFiles::read(workspace, &parts, root)?;
    let saved = SavedPage::of(&files, &cache, || {
        progress::once(tr!("Booting the machine, which happens once"));
    })?;
    Ok(Opened {
        saved,
        release,
        programs,
    })
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

/// Returns the archive of the root file system, with the chapters' programs.
fn root(
    kernel: &Kernel,
    userland: &Userland,
    programs: &Programs,
) -> Result<Vec<u8>> {
    let Programs {
        guest,
        folder,
        chapters,
    } = programs;
    let path = initramfs::make(Some(kernel), userland, guest, folder)?;
    let mut root =
        fs::read(&path).with_context(|| path.display().to_string())?;
    let mut more = Archive::default();
    for (path, contents) in chapters {
        more.file(path, 0o755, contents.clone());
    }
    // The kernel unpacks archives that follow each other.
    root.extend(more.to_bytes());
    Ok(root)
}

/// Refuses what needs a newer kernel than that of the page.
pub(super) fn check(
    needed: Option<&NeededKernel>,
    release: &str,
) -> Result<(), TooOld> {
    needed_kernel::check_far(needed, release, NAME)
}
