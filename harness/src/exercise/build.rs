//! Builds source files into static programs for the machine, all with one run
//! of cargo.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::BufReader;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cargo_metadata::Message;
use cargo_metadata::diagnostic::DiagnosticLevel;
use sha2::{Digest, Sha256};
use toml::{Table, Value};

use super::compiler;
use crate::{binaries, input};

/// Crates that programs may use, besides the standard library.
const DEPENDENCIES: [&str; 3] = ["anyhow", "libc", "nix"];

/// Size limit of a file beside a program.
const MOST_BYTES: u64 = 64 << 20;

/// The result of building a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Built {
    /// The program.
    Program(Vec<u8>),
    /// The compiler's messages.
    DoesNotCompile(String),
}

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
        let mut messages = Messages::default();
        for message in Message::parse_stream(BufReader::new(&output.stdout[..]))
        {
            messages.add(message?);
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        messages.complaint = complaint.into_owned();
        Ok(messages)
    }
}

#[derive(Default)]
struct Messages {
    programs: BTreeMap<String, PathBuf>,
    /// Messages by the name of the program.
    errors: BTreeMap<String, String>,
    /// Messages of cargo itself.
    complaint: String,
}

impl Messages {
    fn add(&mut self, message: Message) {
        match message {
            Message::CompilerArtifact(artifact) => {
                if let Some(path) = artifact.executable {
                    let path = path.into_std_path_buf();
                    self.programs.insert(artifact.target.name, path);
                }
            }
            Message::CompilerMessage(message) => {
                let diagnostic = message.message;
                let error = matches!(
                    diagnostic.level,
                    DiagnosticLevel::Error | DiagnosticLevel::Ice
                );
                if let Some(rendered) = diagnostic.rendered.filter(|_| error) {
                    let errors = self.errors.entry(message.target.name);
                    errors.or_default().push_str(&rendered);
                }
            }
            _ => {}
        }
    }

    fn built(&self, name: &str) -> Result<Built> {
        Ok(match self.programs.get(name) {
            Some(path) => Built::Program(
                fs::read(path).with_context(|| path.display().to_string())?,
            ),
            None => Built::DoesNotCompile(self.errors_of(name)?),
        })
    }

    fn errors_of(&self, name: &str) -> Result<String> {
        if let Some(errors) = self.errors.get(name) {
            return Ok(errors.clone());
        }
        if self.complaint.contains(&format!("(bin \"{name}\")")) {
            return Ok(compiler::stopped(name));
        }
        let own = ("cargo", &self.complaint);
        let (other, errors) = self
            .errors
            .first_key_value()
            .map_or(own, |(name, errors)| (name, errors));
        bail!("build: {name} was not built: {other}:\n{errors}")
    }
}

/// Returns a hash of the package's sources and of their paths.
fn digest_of(package: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut folders = vec![package.join("src")];
    let mut seen = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        let shown = || folder.display().to_string();
        // A link may lead back to a folder above it.
        let own = fs::metadata(&folder).with_context(shown)?;
        if !seen.insert((own.dev(), own.ino())) {
            continue;
        }
        let entries: Result<Vec<_>, _> =
            fs::read_dir(&folder).with_context(shown)?.collect();
        let mut paths: Vec<PathBuf> =
            entries?.into_iter().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            hash.update(path.as_os_str().as_encoded_bytes());
            if path.is_dir() {
                folders.push(path);
            } else if path.exists() {
                // A FIFO is refused: the compiler would wait for it.
                let text = input::bytes(&path, MOST_BYTES)
                    .with_context(|| path.display().to_string())?;
                hash.update(text);
            }
        }
    }
    let digest = hash.finalize();
    Ok(digest
        .iter()
        .take(8)
        .map(|it| format!("{it:02x}"))
        .collect())
}

/// Returns the Cargo.toml of a package that may use the same crates as the
/// chapters.
pub fn manifest(workspace: &Path, name: &str) -> Result<Table> {
    let repository = repository(workspace)?;
    let all = &repository["workspace"]["dependencies"];
    let mut dependencies = Table::new();
    for name in DEPENDENCIES {
        let version = all[name].clone();
        dependencies.insert(name.into(), version);
    }
    let mut nix = Table::new();
    nix.insert("version".into(), all["nix"].clone());
    nix.insert("features".into(), nix_features(workspace)?);
    dependencies.insert("nix".into(), nix.into());
    let mut package = Table::new();
    package.insert("name".into(), name.into());
    package.insert("edition".into(), "2024".into());
    let mut manifest = Table::new();
    manifest.insert("package".into(), package.into());
    manifest.insert("dependencies".into(), dependencies.into());
    Ok(manifest)
}

/// Returns the profile for the machine's programs.
pub fn profile(workspace: &Path) -> Result<Value> {
    let mut profiles = Table::new();
    let all = &repository(workspace)?["profile"];
    profiles.insert("machine".into(), all["machine"].clone());
    Ok(profiles.into())
}

/// Copies the repository's Cargo.lock to a workspace of its own, so that
/// nothing has to be fetched. A newer copy is kept: cargo removes from it the
/// packages that are not needed.
pub fn copy_lock(workspace: &Path, folder: &Path) -> Result<()> {
    let from = workspace.join("Cargo.lock");
    let to = folder.join("Cargo.lock");
    let modified = |path: &Path| fs::metadata(path)?.modified();
    let current = match (modified(&from), modified(&to)) {
        (Ok(from), Ok(to)) => from <= to,
        _ => false,
    };
    if !current {
        fs::copy(from, to).context("Cargo.lock")?;
    }
    Ok(())
}

fn repository(workspace: &Path) -> Result<Table> {
    read(&workspace.join("Cargo.toml"))
}

fn read(path: &Path) -> Result<Table> {
    let text = fs::read_to_string(path);
    let shown = || path.display().to_string();
    text.with_context(shown)?.parse().with_context(shown)
}

/// Returns all features of nix that any chapter uses.
fn nix_features(workspace: &Path) -> Result<Value> {
    let mut features = Vec::new();
    for chapter in crate::course::chapters(workspace)? {
        let manifest = read(&chapter.folder.join("Cargo.toml"))?;
        let nix = manifest.get("dependencies").and_then(|it| it.get("nix"));
        let own = nix.and_then(|nix| nix.get("features")?.as_array());
        features.extend(own.into_iter().flatten().cloned());
    }
    features.sort_by_key(ToString::to_string);
    features.dedup();
    Ok(features.into())
}

/// Returns the repository's own lints, as flags.
fn lints(workspace: &Path) -> Result<Vec<String>> {
    let repository = repository(workspace)?;
    let mut flags = vec!["-Dwarnings".to_owned()];
    for (tool, prefix) in [("rust", ""), ("clippy", "clippy::")] {
        let lints = repository["workspace"]["lints"][tool].as_table();
        for name in lints.into_iter().flat_map(Table::keys) {
            flags.push(format!("-D{prefix}{name}"));
        }
    }
    Ok(flags)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_is_built_early_has_the_features_of_what_programs_use() {
        let workspace = crate::course::workspace();
        let own = "harness/exercise-programs/Cargo.toml";
        let early = read(&workspace.join(own)).unwrap();
        let features = nix_features(&workspace).unwrap();
        assert_eq!(early["dependencies"]["nix"]["features"], features);
        for name in DEPENDENCIES {
            assert!(early["dependencies"].get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn links_that_lead_in_circles_and_fifos_have_an_end() {
        let package = tempfile::tempdir().unwrap();
        let src = package.path().join("src");
        fs::create_dir(&src).unwrap();
        fs::write(src.join("main.rs"), "fn main() {}").unwrap();
        for name in ["a", "b", "c"] {
            symlink(&src, src.join(name)).unwrap();
        }
        symlink("nowhere", src.join("d.rs")).unwrap();
        digest_of(package.path()).unwrap();
        let mode = nix::sys::stat::Mode::S_IRWXU;
        nix::unistd::mkfifo(&src.join("e.rs"), mode).unwrap();
        let error = digest_of(package.path()).unwrap_err();
        assert!(
            format!("{error:#}").contains("e.rs: it is no file but a FIFO")
        );
        assert_eq!(crate::outcome::code(&error), crate::exit_code::DIFFERS);
    }
}
