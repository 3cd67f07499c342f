//! Programs for the machines: that of `--program`, and all probes in one.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tr::tr;

use super::probes::KernelProbe;
use crate::exercise::build::{Built, Package, target_folder};
use crate::input;

/// Folder of the programs in the machine, the first in its `PATH`.
pub const FOLDER: &str = "/usr/local/bin";

/// Name of the program that has all probes in it.
pub const ALL_PROBES: &str = "probes";

/// Folder of the sources that are compiled, in that of their package.
const SOURCES: &str = "sources";

/// Size limit of a source file, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// Error: a program does not compile.
#[derive(Debug, thiserror::Error)]
#[error(
    "{errors}{}",
    tr!("{file} does not compile: the compiler says why above", file)
)]
pub struct DoesNotCompile {
    file: String,
    errors: String,
}

/// Builds a program as the exercises' programs are built. Returns its name, by
/// which the machine finds it, and its bytes.
///
/// # Errors
///
/// [`DoesNotCompile`], with the compiler's messages.
pub fn build(
    workspace: &Path,
    file: &Path,
    colour: bool,
) -> Result<(String, Vec<u8>)> {
    let shown = file.display().to_string();
    let text = input::text(file, MOST_BYTES).with_context(|| shown.clone())?;
    let folder = folder(workspace)?;
    // Two runs at the same time do not write the same copy. cargo goes by names
    // and times, and another text has another name.
    let mut hash = DefaultHasher::new();
    text.hash(&mut hash);
    let copy_name = format!("program-{:016x}.rs", hash.finish());
    let copy = folder.join(&copy_name);
    write_if_changed(&copy, &text)?;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let name = if stem.chars().all(is_plain) {
        stem.into_owned()
    } else {
        "program".to_owned()
    };
    let program = compile(workspace, &copy, colour)?;
    let program = program.map_err(|errors| DoesNotCompile {
        // The compiler names it from the folder of the package.
        errors: errors.replace(&format!("{SOURCES}/{copy_name}"), &shown),
        file: shown,
    })?;
    Ok((name, program))
}

/// Builds one program that has all probes written in Rust in it: its argument
/// is the name of one.
///
/// # Errors
///
/// [`DoesNotCompile`], with the compiler's messages.
pub fn build_probes(
    workspace: &Path,
    probes: &[KernelProbe],
) -> Result<Vec<u8>> {
    let main = write_probes(workspace, probes)?;
    let program = compile(workspace, &main, false)?;
    Ok(program.map_err(|errors| DoesNotCompile {
        file: "a probe".to_owned(),
        errors,
    })?)
}

/// Writes the source of that program: each probe is a module.
fn write_probes(workspace: &Path, probes: &[KernelProbe]) -> Result<PathBuf> {
    let folder = folder(workspace)?;
    let mut modules = String::new();
    let mut arms = String::new();
    for probe in probes.iter().filter(|it| it.is_rust()) {
        let module = probe.name.replace('-', "_");
        let _ = writeln!(modules, "mod {module};");
        let _ = writeln!(arms, "{:?} => {module}::answer(),", probe.name);
        let text = format!("{}{ANSWER}", probe.text);
        write_if_changed(&folder.join(format!("{module}.rs")), &text)?;
    }
    let main = folder.join("main.rs");
    let text = format!(
        "{modules}\nfn main() -> std::process::ExitCode {{\n\
         match std::env::args().nth(1).unwrap_or_default().as_str() {{\n\
         {arms}_ => std::process::ExitCode::from(2),\n}}\n}}\n"
    );
    write_if_changed(&main, &text)?;
    Ok(main)
}

/// End of each module, by which the program calls its `main`.
const ANSWER: &str = "
pub fn answer() -> std::process::ExitCode {
    std::process::Termination::report(main())
}
";

/// Returns the folder of the sources that are compiled.
fn folder(workspace: &Path) -> Result<PathBuf> {
    let folder = target_folder(workspace).join("since").join(SOURCES);
    fs::create_dir_all(&folder)
        .with_context(|| folder.display().to_string())?;
    Ok(folder)
}

/// Writes a file only if its text is another, so that cargo builds no more than
/// it has to.
fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| path.display().to_string())
}

/// Builds a source file. Returns the program, or the compiler's messages.
fn compile(
    workspace: &Path,
    source: &Path,
    colour: bool,
) -> Result<Result<Vec<u8>, String>> {
    let package = Package {
        workspace,
        folder: target_folder(workspace).join("since"),
        colour,
    };
    let name = "since".to_owned();
    let sources = BTreeMap::from([(name.clone(), source.to_owned())]);
    let (mut built, _) = package.build_from(&sources, &[])?;
    match built.remove(&name).context("cargo built nothing")? {
        Built::Program(program) => Ok(Ok(program)),
        Built::DoesNotCompile(errors) => Ok(Err(errors)),
    }
}
