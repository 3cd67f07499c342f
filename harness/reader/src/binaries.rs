//! Builds the programs for the machine: its PID 1 and the chapters' programs.
//! All are static, so that they run in any container.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{Message, TargetKind};
use serde::{Deserialize, Serialize};
use tr::tr;

/// Paths of the built programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binaries {
    /// The machine's PID 1.
    pub guest: PathBuf,
    /// The chapters' programs.
    pub chapters: Vec<PathBuf>,
}

/// Compilation has failed. rustc itself has printed the error.
#[derive(Debug, thiserror::Error)]
#[error(
    "{}",
    tr!("build: the programs do not compile; the compiler says why above")
)]
pub struct DoesNotCompile;

/// Returns the target whose C library can be linked statically.
pub fn target() -> String {
    let arch = std::env::consts::ARCH;
    match std::env::consts::OS {
        "linux" if cfg!(target_env = "musl") => {
            format!("{arch}-unknown-linux-musl")
        }
        "linux" => format!("{arch}-unknown-linux-gnu"),
        _ => format!("{arch}-unknown-linux-musl"),
    }
}

/// Returns a cargo command for programs that run wherever this kernel runs.
///
/// The user's own settings do not apply: a program for the machine is the same
/// on every computer. `CARGO_ENCODED_RUSTFLAGS` replaces all other flags, and
/// [`NO_WRAPPER`] replaces any wrapper (Cargo Book, "Configuration").
pub fn cargo_for_the_machine() -> Command {
    cargo_for(&target(), LINKER.as_ref())
}

fn cargo_for(target: &str, linker: &OsStr) -> Command {
    let mut cargo = Command::new(cargo());
    cargo.env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    cargo.env("RUSTC_WRAPPER", NO_WRAPPER);
    cargo.env("RUSTC_WORKSPACE_WRAPPER", NO_WRAPPER);
    let name = target.to_uppercase().replace('-', "_");
    cargo.env(format!("CARGO_TARGET_{name}_LINKER"), linker);
    cargo
}

/// Flags for rustc: a static program, at the address that it was linked for. One
/// that can be anywhere first corrects thousands of addresses in each run.
const FLAGS: [&str; 4] = [
    "-C",
    "target-feature=+crt-static",
    "-C",
    "relocation-model=static",
];

/// Program that runs rustc as it is. With an empty name cargo could not tell
/// whether the wrapper has changed, and would ask rustc for its settings anew
/// in each build.
const NO_WRAPPER: &str = "/usr/bin/env";

/// Linker that rustc uses if none is configured.
const LINKER: &str = "cc";

/// Programs of the machine: the whole workspace except `harness`, `reader`, and
/// what the book alone is built of, with other features of crates that all have.
const OF_THE_MACHINE: [&str; 13] = [
    "--workspace",
    "--exclude",
    "harness",
    "--exclude",
    "reader",
    "--exclude",
    "book",
    "--exclude",
    "diagram",
    "--exclude",
    "live",
    "--profile",
    "machine",
];

/// Builds the programs of the machine.
pub fn build(workspace: &Path) -> Result<Binaries> {
    let binaries = binaries(cargo_build(workspace, &OF_THE_MACHINE)?)?;
    remember(&binaries);
    Ok(binaries)
}

/// Target of the programs for the machine of the page.
const PAGE_TARGET: &str = "i686-unknown-linux-gnu";

/// Variable that tells `vm/page/cc` the linker for 32 bits.
const LINKER_OF_PAGE: &str = "LINK_32_BITS";

/// Settings of cargo for the machine of the page: whoever reads the page waits
/// for each byte of the programs.
const SMALL: [&str; 5] = [
    "profile.machine.opt-level = 'z'",
    "profile.machine.package.guest.opt-level = 'z'",
    "profile.machine.package.netlink-packet-core.opt-level = 'z'",
    "profile.machine.package.netlink-packet-route.opt-level = 'z'",
    "profile.machine.package.procfs-core.opt-level = 'z'",
];

/// All programs for the machine of the page, linked into one.
#[derive(Clone, Debug)]
pub struct OneProgram {
    /// Path of the program.
    pub path: PathBuf,
    /// Names of the chapters' programs in it; PID 1 is in it, too.
    pub chapters: Vec<String>,
}

/// Builds the programs of the machine for 32 bits, with the tree of Rust that
/// `vm/tree rust` has fetched, and links them into one: static programs have
/// most of their code in common.
pub fn build_for_page(workspace: &Path, rust: &Path) -> Result<OneProgram> {
    let wrapped = rust.join("wrapped");
    let linker = wrapped.join("cc");
    let own = workspace.join("vm/page/cc");
    let mut cargo = cargo_for(PAGE_TARGET, own.as_os_str());
    cargo.env(LINKER_OF_PAGE, &linker);
    cargo.env("RUSTC", wrapped.join("rustc"));
    cargo.args(SMALL.map(|setting| ["--config", setting]).as_flattened());
    // The other rustc would have all other programs built anew.
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| workspace.join("target"));
    cargo.env("CARGO_TARGET_DIR", target.join("page"));
    let built = run_cargo_build(cargo, PAGE_TARGET, workspace, &OF_THE_MACHINE);
    link_into_one(workspace, &linker, binaries(built?)?)
}

fn link_into_one(
    workspace: &Path,
    linker: &Path,
    Binaries { guest, chapters }: Binaries,
) -> Result<OneProgram> {
    let folder = guest.parent().context("the guest is in a folder")?;
    let path = folder.join("all-programs");
    let mut command = Command::new(workspace.join("vm/page/link-all"));
    command.arg(&path).arg(folder.join("deps"));
    command.arg(&guest).args(&chapters);
    let status = command.env(LINKER_OF_PAGE, linker).status();
    let status = status.context("exec(vm/page/link-all)")?;
    ensure!(status.success(), "vm/page/link-all: {status}");
    let names = chapters.iter().filter_map(|it| it.file_name()?.to_str());
    let chapters = names.map(str::to_owned).collect();
    Ok(OneProgram { path, chapters })
}

fn binaries(mut executables: Vec<PathBuf>) -> Result<Binaries> {
    // Cargo reports them in the order in which they are finished.
    executables.sort();
    let (guest, chapters) = executables
        .into_iter()
        .partition::<Vec<_>, _>(|path| path.ends_with("guest"));
    match <[PathBuf; 1]>::try_from(guest) {
        Ok([guest]) => Ok(Binaries { guest, chapters }),
        Err(guests) => bail!("{} programs named guest", guests.len()),
    }
}

/// Returns the paths from the last build of this workspace, or of another with
/// the same target folder. The files may have changed or gone since.
pub fn recall() -> Option<Binaries> {
    let text = fs::read(memory()?).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Stores the paths for the next run. A failure costs only time.
fn remember(binaries: &Binaries) {
    if recall().as_ref() == Some(binaries) {
        return;
    }
    let _ = memory().map(|path| -> Result<()> {
        let folder = path.parent().context("it is in a folder")?;
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(&serde_json::to_vec(binaries)?)?;
        new.persist(path)?;
        Ok(())
    });
}

/// Returns the path of the stored list, in the target folder that contains this
/// program.
fn memory() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let is_target = |path: &&Path| path.join("CACHEDIR.TAG").is_file();
    let target = program.ancestors().find(is_target)?;
    Some(target.join("machine-programs.json"))
}

/// Builds the program of one chapter, the one with the package's name, with the
/// release profile.
pub fn build_fast(workspace: &Path, package: &str) -> Result<PathBuf> {
    let selected = ["--package", package, "--release"];
    let mut executables = cargo_build(workspace, &selected)?.into_iter();
    let program = executables.find(|path| path.ends_with(package));
    program.with_context(|| format!("{package} has no program of that name"))
}

/// Runs a static build and returns the paths of its executables.
fn cargo_build(workspace: &Path, selected: &[&str]) -> Result<Vec<PathBuf>> {
    run_cargo_build(cargo_for_the_machine(), &target(), workspace, selected)
}

fn run_cargo_build(
    mut cargo: Command,
    target: &str,
    workspace: &Path,
    selected: &[&str],
) -> Result<Vec<PathBuf>> {
    cargo.current_dir(workspace).arg("build").args(selected);
    cargo.args(["--bins", "--locked", "--quiet", "--target", target]);
    cargo.arg("--message-format=json-render-diagnostics");
    cargo.stdout(Stdio::piped()).stdin(Stdio::null());
    let mut child = cargo.spawn().context("exec(cargo)")?;
    let stdout = child.stdout.take().context("stdout is piped")?;
    let mut executables = Vec::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        if let Message::CompilerArtifact(artifact) = message?
            && artifact.target.kind.contains(&TargetKind::Bin)
            && let Some(path) = artifact.executable
        {
            executables.push(path.into_std_path_buf());
        }
    }
    if !child.wait()?.success() {
        return Err(DoesNotCompile.into());
    }
    Ok(executables)
}

/// Returns the cargo that runs this program, or else `cargo`.
pub fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
