//! Builds source files into static programs for the machine, all with one run
//! of cargo.
//!
//! # Layout
//!
//! * here: a package, and the programs in it
//! * `cargo_toml`: its Cargo.toml, from the repository's
//! * `digest`: a hash of its sources
//! * `compiler`: a run of cargo, within limits
//! * `messages`: the messages of cargo and of the compiler

mod cargo_toml;
mod compiler;
mod digest;
mod messages;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use toml::{Table, Value};

use crate::binaries;
use cargo_toml::lints;
pub use cargo_toml::{copy_lock, manifest, profile};
use digest::digest_of;
pub use messages::Built;
use messages::Messages;

/// A cargo package to build programs in.
#[derive(Clone, Debug)]
pub struct Package<'a> {
    /// Top folder of the repository.
    pub workspace: &'a Path,
    /// Folder of the package's Cargo.toml.
    pub folder: PathBuf,
    /// Whether the compiler's messages are for a terminal.
    pub colour: bool,
}

/// Returns the folder for everything that is built for exercises.
pub fn target_folder(workspace: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace.join("target"), PathBuf::from)
        .join("exercises")
}

impl Package<'_> {
    /// Builds programs from source files anywhere. Returns the results, and
    /// clippy's messages about the programs in `linted`, both by the programs'
    /// names.
    pub fn build_from(
        &self,
        sources: &BTreeMap<String, PathBuf>,
        linted: &[String],
    ) -> Result<(BTreeMap<String, Built>, BTreeMap<String, String>)> {
        let _one_at_a_time = self.lock()?;
        self.write(sources)?;
        let built = self.build_locked(sources.keys())?;
        if linted.is_empty() {
            return Ok((built, BTreeMap::new()));
        }
        let mut arguments = vec!["clippy", "--keep-going"];
        for name in linted {
            arguments.extend(["--bin", name]);
        }
        let lints = self.cargo(&arguments, &lints(self.workspace)?)?;
        Ok((built, lints.errors))
    }

    /// Builds the program that the package's Cargo.toml names.
    ///
    /// The text of the sources is passed to the compiler as a flag, so that
    /// every change causes a build. The time of a file's last change, by which
    /// cargo goes, stays the same if a file is moved back or comes from another
    /// work folder.
    pub fn build(&self, name: &str) -> Result<Built> {
        let _one_at_a_time = self.lock()?;
        let text = format!("text=\"{}\"", digest_of(&self.folder)?);
        let what = ["rustc", "--bin", name];
        let messages = self.cargo(&what, &["--cfg".to_owned(), text])?;
        messages.built(name)
    }

    /// Takes the lock: another harness may build other programs under the same
    /// names, and has to wait until ours have been read.
    fn lock(&self) -> Result<File> {
        let folder = target_folder(self.workspace);
        fs::create_dir_all(&folder)
            .with_context(|| folder.display().to_string())?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock().context("lock")?;
        Ok(lock)
    }

    /// Writes the package's Cargo.toml, with these programs.
    fn write(&self, sources: &BTreeMap<String, PathBuf>) -> Result<()> {
        let bins = sources.iter().map(|(name, path)| {
            let mut bin = Table::new();
            bin.insert("name".into(), name.clone().into());
            let path = path.to_string_lossy().into_owned();
            bin.insert("path".into(), path.into());
            Value::Table(bin)
        });
        let bins = Value::Array(bins.collect());
        let mut manifest = manifest(self.workspace, "programs")?;
        manifest.insert("bin".into(), bins);
        manifest.insert("workspace".into(), Table::new().into());
        manifest.insert("profile".into(), profile(self.workspace)?);
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join("Cargo.toml");
        fs::write(&path, manifest.to_string())?;
        copy_lock(self.workspace, &self.folder)
    }

    fn build_locked<'a>(
        &self,
        names: impl Iterator<Item = &'a String>,
    ) -> Result<BTreeMap<String, Built>> {
        let messages = self.cargo(&["build", "--keep-going", "--bins"], &[])?;
        names
            .map(|name| Ok((name.clone(), messages.built(name)?)))
            .collect()
    }

    fn cargo(&self, what: &[&str], flags: &[String]) -> Result<Messages> {
        let mut cargo = binaries::cargo_for_the_machine();
        cargo.current_dir(self.workspace).args(what);
        cargo
            .arg("--manifest-path")
            .arg(self.folder.join("Cargo.toml"));
        cargo.arg("--target-dir").arg(target_folder(self.workspace));
        cargo.args(["--profile", "machine", "--offline", "--quiet"]);
        cargo.args(["--target", &binaries::target()]);
        cargo.arg(if self.colour {
            "--message-format=json-diagnostic-rendered-ansi"
        } else {
            "--message-format=json"
        });
        if !flags.is_empty() {
            cargo.arg("--").args(flags);
        }
        let output = compiler::run(cargo)?;
        Messages::parse(&output)
    }
}
