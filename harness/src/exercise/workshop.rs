//! The work folder: a cargo workspace of the learner's own.
//!
//! ```text
//! workshop/Cargo.toml, Cargo.lock      made by the harness
//! workshop/3.1-join-a-network/         one exercise
//!   src/main.rs                        what the learner edits
//!   old/1.rs, old/2.rs                 what was there before a reset
//! ```

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use toml::Table;

use super::build::{self, Built, Package};
use super::catalogue::Entry;
use super::record::Store;
use crate::course::shown_path;
use crate::input::{self, NoFile};

/// Its name, below the repository's top; git ignores it.
const FOLDER: &str = "workshop";

/// The variable that names another one.
const ELSEWHERE: &str = "NAMESPACE_WORKSHOP_WORK";

/// The work folder.
#[derive(Clone, Debug)]
pub struct Workshop {
    repository: PathBuf,
    folder: PathBuf,
}

impl Workshop {
    /// The one of this repository, or the one that the environment names; it
    /// need not be there yet.
    pub fn new(workspace: &Path) -> Self {
        let named = std::env::var_os(ELSEWHERE).filter(|it| !it.is_empty());
        let named = named.map(PathBuf::from);
        Self {
            repository: workspace.to_path_buf(),
            folder: named.unwrap_or_else(|| workspace.join(FOLDER)),
        }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is remembered of the learner's work.
    pub fn store(&self) -> Store {
        Store::new(&self.folder)
    }

    /// What the learner has written, as far as it can be read: a FIFO in its
    /// place would be waited for by the compiler.
    pub fn read(&self, entry: &Entry) -> Result<Vec<u8>, NoFile> {
        input::bytes(&self.source(entry), input::PROGRAM)
    }

    /// The learner has begun it: the file may be away all the same.
    pub fn has_begun(&self, entry: &Entry) -> bool {
        self.folder.join(entry.slug()).join("src").is_dir()
    }

    /// Why there is no program, in a line.
    pub fn without_program(&self, entry: &Entry, why: &NoFile) -> String {
        format!("{}: {why}", shown_path(&self.source(entry)).display())
    }

    /// The file the learner edits.
    pub fn source(&self, entry: &Entry) -> PathBuf {
        self.folder.join(entry.slug()).join("src/main.rs")
    }

    /// Copies the starter, unless there is something already. `true`: it was
    /// copied.
    pub fn begin(&self, entry: &Entry) -> Result<bool> {
        let source = self.source(entry);
        let folder = source.parent().context("src")?;
        fs::create_dir_all(folder)
            .with_context(|| format!("{}", folder.display()))?;
        let starter = read(&entry.starter())?;
        let new = match File::create_new(&source) {
            Ok(mut file) => {
                file.write_all(starter.as_bytes())?;
                true
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
            Err(error) => {
                return Err(error).context(source.display().to_string());
            }
        };
        self.write_manifests(entry)?;
        Ok(new)
    }

    /// The starter again; gives where the old version is kept.
    pub fn reset(&self, entry: &Entry) -> Result<Option<PathBuf>> {
        let source = self.source(entry);
        let old = self.folder.join(entry.slug()).join("old");
        let kept = if source.symlink_metadata().is_ok() {
            fs::create_dir_all(&old)?;
            let kept = (1..)
                .map(|number| old.join(format!("{number}.rs")))
                .find(|path| path.symlink_metadata().is_err())
                .context("a free name")?;
            fs::rename(&source, &kept)?;
            Some(kept)
        } else {
            None
        };
        self.begin(entry)?;
        Ok(kept)
    }

    /// Builds the learner's program.
    pub fn build(&self, entry: &Entry, colour: bool) -> Result<Built> {
        self.write_manifests(entry)?;
        let package = Package {
            workspace: &self.repository,
            folder: self.folder.join(entry.slug()),
            colour,
        };
        let built = package.build(&package_name(entry))?;
        // rustc names files from the top of the work folder.
        let from = format!("{}/src/", entry.slug());
        let to = shown_path(&self.folder).join(&from).display().to_string();
        Ok(match built {
            Built::DoesNotCompile(errors) => {
                Built::DoesNotCompile(errors.replace(&from, &to))
            }
            built => built,
        })
    }

    /// Cargo.toml of the work folder and of the exercise.
    fn write_manifests(&self, entry: &Entry) -> Result<()> {
        let own = self.folder.join(entry.slug()).join("Cargo.toml");
        let manifest = build::manifest(&self.repository, &package_name(entry))?;
        write(&own, &manifest.to_string())?;
        let mut workspace = Table::new();
        workspace.insert("resolver".into(), "3".into());
        workspace.insert("members".into(), self.members()?.into());
        let mut manifest = Table::new();
        manifest.insert("workspace".into(), workspace.into());
        let profile = build::profile(&self.repository)?;
        manifest.insert("profile".into(), profile);
        write(&self.folder.join("Cargo.toml"), &manifest.to_string())?;
        build::copy_lock(&self.repository, &self.folder)
    }

    /// The exercises that were begun.
    fn members(&self) -> Result<Vec<String>> {
        let mut members = Vec::new();
        for folder in fs::read_dir(&self.folder)? {
            let folder = folder?;
            if folder.path().join("Cargo.toml").is_file() {
                members.push(folder.file_name().to_string_lossy().into_owned());
            }
        }
        members.sort();
        ensure!(!members.is_empty(), "nothing was begun");
        Ok(members)
    }
}

/// Unique in the work folder; two exercises may name their programs alike.
fn package_name(entry: &Entry) -> String {
    format!("exercise-{}-{}", entry.number.chapter, entry.number.own)
}

fn read(path: &Path) -> Result<String> {
    input::text(path, input::LESSON).with_context(|| path.display().to_string())
}

/// Unless it is so already: cargo looks at the time of the last change.
fn write(path: &Path, text: &str) -> Result<()> {
    let shown = || path.display().to_string();
    match input::text(path, input::LESSON) {
        Ok(old) if old == text => Ok(()),
        Ok(_) | Err(NoFile::Away) => fs::write(path, text).with_context(shown),
        Err(other) => Err(other).with_context(shown),
    }
}
