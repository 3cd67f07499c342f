//! `just bundle`: the whole course in one archive, for a classroom without
//! internet.
//!
//! ```text
//! namespace-workshop/            the repository's files, as they are
//!   BUNDLE.md                    requirements, and how to begin
//!   .cargo/config.toml, vendor/  the packages that cargo would fetch
//!   bundle/kernels/RELEASE/      kernels from the cache
//!   bundle/tools/bin/just        the program just
//!   bundle/tools/alone/          libraries for just, if needed here
//! ```
//!
//! `vm/setup` links `kernels` and `tools` into the cache. QEMU and the programs
//! of the machine come from the computer's own packages: `./just` lists the
//! missing ones.

mod archive;
mod vendor;

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::exercise::show::link;
use crate::machine::kernel::{self, Kernel};
use crate::needed_kernel::{self, TooOld};
use crate::{course, outln, progress};
use archive::Archive;

/// The folder in the archive that holds everything.
const FOLDER: &str = "namespace-workshop";

/// Default name of the archive.
pub const FILE: &str = "namespace-workshop.tar.gz";

/// Makes the archive.
pub fn run(workspace: &Path, to: &Path, all_kernels: bool) -> Result<u8> {
    let line = progress::start("collecting what cargo needs");
    let files = tracked(workspace)?;
    let kernels = if all_kernels {
        kernel::fetched()?
    } else {
        vec![kernel::find()?]
    };
    ensure!(
        !kernels.is_empty(),
        "no kernel has been fetched: just setup"
    );
    let just = just()?;
    let vendored = vendor::vendor(workspace)?;
    line.say("packing");
    let mut archive = Archive::default();
    for file in &files {
        archive.add(&workspace.join(file), file)?;
    }
    archive.text("BUNDLE.md", &read_me(workspace)?);
    archive.text(".cargo/config.toml", &vendored.config);
    archive.folder(&vendored.folder(), "vendor")?;
    for kernel in &kernels {
        add_kernel(&mut archive, kernel)?;
    }
    archive.add(&just, Path::new("bundle/tools/bin/just"))?;
    if let Some(libraries) = its_libraries(&just) {
        archive.folder(&libraries, "bundle/tools/alone")?;
    }
    let time = last_change(workspace)?;
    let count = archive.write(to, FOLDER, time)?;
    drop(line);
    let size = fs::metadata(to)?.len() >> 20;
    outln!("{count} files, {size} MB: {}", link(to));
    for refusal in left_out(workspace, &kernels)? {
        outln!("\n{refusal}\n  Then make the archive anew.");
    }
    outln!("\nOn another computer, without internet:\n");
    outln!("  tar xf {FILE}\n  cd {FOLDER}\n  ./just chapter 1");
    Ok(0)
}

/// Returns the refusals of chapters for which all kernels are too old.
fn left_out(workspace: &Path, kernels: &[Kernel]) -> Result<Vec<TooOld>> {
    let newest = kernels.last().context("there is a kernel")?;
    let mut left_out = Vec::new();
    for chapter in course::chapters(workspace)? {
        let needed = chapter.read()?.needed_kernel();
        left_out.extend(needed_kernel::check(needed.as_ref(), newest).err());
    }
    Ok(left_out)
}

/// Lists the files that git tracks, in their present state.
fn tracked(workspace: &Path) -> Result<Vec<PathBuf>> {
    let listed = git(workspace, &["ls-files", "-z"])?;
    let mut files = Vec::new();
    for name in listed.split_terminator('\0') {
        let path = Path::new(name);
        let plain = path
            .components()
            .all(|it| matches!(it, Component::Normal(_)));
        ensure!(plain, "git lists {name}, which is outside");
        // A file that was removed without a commit is still listed.
        if workspace.join(path).symlink_metadata().is_ok() {
            files.push(path.to_owned());
        }
    }
    ensure!(!files.is_empty(), "git knows of no file here");
    Ok(files)
}

/// Returns the time of the last commit: the same state gives the same archive.
fn last_change(workspace: &Path) -> Result<u64> {
    let time = git(workspace, &["log", "-1", "--format=%ct"])?;
    time.trim().parse().context("git log")
}

fn git(workspace: &Path, words: &[&str]) -> Result<String> {
    let mut git = Command::new("git");
    git.arg("-C").arg(workspace).args(words);
    let output = git.output().context(
        "exec(git): a bundle is made of the files that git knows; install git",
    )?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("git {}: {}", words.join(" "), why.trim());
    }
    String::from_utf8(output.stdout).context("git")
}

/// Returns the path of `just`: in the cache, or else in `PATH`.
fn just() -> Result<PathBuf> {
    let own = kernel::cache()?.join("tools/bin/just");
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(own)
        .chain(std::env::split_paths(&path).map(|it| it.join("just")))
        .find(|path| is_program(path) || its_libraries(path).is_some())
        .context("there is no just to bring along: ./just setup brings it")
}

/// Returns whether this is an ELF file. The repository's `./just` is a script,
/// which needs the real program.
fn is_program(path: &Path) -> bool {
    use std::io::Read;
    let mut start = [0; 4];
    fs::File::open(path)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok_and(|()| start == *b"\x7fELF")
}

/// Returns the folder where `vm/just` put a program and its own libraries, if
/// `just` is the script that starts the program.
fn its_libraries(just: &Path) -> Option<PathBuf> {
    let folder = just.parent()?.parent()?.join("alone");
    let of_ours = !is_program(just) && is_program(&folder.join("just"));
    of_ours.then_some(folder)
}

fn add_kernel(archive: &mut Archive, kernel: &Kernel) -> Result<()> {
    let Kernel { image, modules, .. } = kernel;
    let folder = Path::new("bundle/kernels").join(&*kernel.release());
    archive.add(&fs::canonicalize(image)?, &folder.join("vmlinuz"))?;
    // Links among the modules, such as `build`, lead to files that only the
    // kernel's makers have.
    let modules = fs::canonicalize(modules)?;
    archive.folder(&modules, &folder.join("modules").to_string_lossy())
}

fn read_me(workspace: &Path) -> Result<String> {
    let manifest = fs::read_to_string(workspace.join("Cargo.toml"))?;
    let manifest: toml::Table = manifest.parse()?;
    let rust = manifest["workspace"]["package"]["rust-version"].as_str();
    Ok(format!(
        "# The course, without internet\n\n\
         In this folder, which can be anywhere:\n\n    \
         ./just chapter 1\n\n\
         Nothing is fetched. What this folder brings: the course, a kernel \
         for the\nmachine, what cargo builds it from, and just itself; for \
         {}.\n\n\
         What the computer has to have, and what `./just` names if it is \
         missing:\nRust {} or newer, a C compiler (gcc), QEMU \
         (qemu-system), busybox, bash,\niproute2, util-linux, procps.\n\n\
         The first command builds the course: some minutes, once. To take a \
         newer\narchive, unpack it into a folder of its own, and move \
         `workshop` there.\n",
        std::env::consts::ARCH,
        rust.unwrap_or("stable")
    ))
}
