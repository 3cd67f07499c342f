//! The packages that cargo would fetch, as a folder made by `cargo vendor`.
//! Packages that only other systems need are reduced to their names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::MetadataCommand;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::binaries;

/// Systems that the course runs on.
const SYSTEMS: [&str; 4] = [
    "aarch64-unknown-linux-gnu",
    "aarch64-unknown-linux-musl",
    "x86_64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
];

/// Setting that makes a missing package an error at once, without a wait for
/// the network.
const OFFLINE: &str = "[net]\noffline = true\n";

/// A folder of packages, deleted when this is dropped, and cargo's
/// configuration for it.
pub struct Vendored {
    /// Text for `.cargo/config.toml`.
    pub config: String,
    place: TempDir,
}

impl Vendored {
    /// Returns the folder of the packages.
    pub fn folder(&self) -> PathBuf {
        self.place.path().join("vendor")
    }
}

/// Copies every package that Cargo.lock names.
pub fn vendor(workspace: &Path) -> Result<Vendored> {
    let place = tempfile::tempdir()?;
    let manifest = workspace.join("Cargo.toml");
    let mut cargo = Command::new(binaries::cargo());
    cargo.current_dir(&place);
    cargo.args(["vendor", "--locked", "--versioned-dirs"]);
    cargo.arg("--manifest-path").arg(&manifest).arg("vendor");
    let output = cargo.output().context("exec(cargo)")?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("cargo vendor: {}", why.trim());
    }
    let said = String::from_utf8(output.stdout).context("cargo vendor")?;
    ensure!(said.contains("[source."), "cargo vendor: no configuration");
    let config = format!("{said}\n{OFFLINE}");
    let vendored = Vendored { config, place };
    let needed = needed(&manifest)?;
    for folder in fs::read_dir(vendored.folder())? {
        let folder = folder?;
        let name = folder.file_name().to_string_lossy().into_owned();
        if !needed.contains(&name) {
            hollow_out(&folder.path()).context(name)?;
        }
    }
    Ok(vendored)
}

/// Returns NAME-VERSION of each package that is built on one of the systems.
fn needed(manifest: &Path) -> Result<BTreeSet<String>> {
    let mut needed = BTreeSet::new();
    for system in SYSTEMS {
        let metadata = MetadataCommand::new()
            .cargo_path(binaries::cargo())
            .manifest_path(manifest)
            .other_options(vec![
                "--locked".to_owned(),
                format!("--filter-platform={system}"),
            ])
            .exec()
            .context("cargo metadata")?;
        let packages = metadata.packages.iter();
        needed.extend(packages.map(|it| format!("{}-{}", it.name, it.version)));
    }
    Ok(needed)
}

/// Removes all but the Cargo.toml of a package that is never built. Cargo reads
/// the Cargo.toml of every package in Cargo.lock.
fn hollow_out(folder: &Path) -> Result<()> {
    let sums = folder.join(".cargo-checksum.json");
    let all: Value = serde_json::from_str(&fs::read_to_string(&sums)?)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(path)?;
        } else if entry.file_name() != "Cargo.toml" && path != sums {
            fs::remove_file(path)?;
        }
    }
    fs::create_dir(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    let sums_of_none = json!({ "files": {}, "package": all["package"] });
    fs::write(sums, sums_of_none.to_string())?;
    Ok(())
}
