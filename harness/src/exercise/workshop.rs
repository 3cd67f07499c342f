//! The work folder of a learner: a cargo workspace of its own.
//!
//! ```text
//! workshop/Cargo.toml, Cargo.lock      made by the harness
//! workshop/.progress.json              the learner's progress
//! workshop/.predictions.json           predictions, made in the player
//! workshop/3.1-join-a-network/         an assignment
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use toml::Table;
use tr::tr;

use super::build;
use super::catalogue::Entry;
use super::record::{Record, Store};
use super::translation;
use crate::input::{self, NoFile};
use crate::predictions::Predictions;
use crate::work_folder::WorkFolder;

/// The work folder of a learner, with the repository that its exercises are
/// from.
#[derive(Clone, Debug)]
pub struct Workshop {
    workspace: PathBuf,
    folder: WorkFolder,
}

impl Workshop {
    /// Returns the work folder of a repository, or the folder that the
    /// environment names. The folder need not exist yet.
    pub fn new(workspace: &Path) -> Self {
        Self {
            workspace: workspace.to_path_buf(),
            folder: WorkFolder::of(workspace),
        }
    }

    /// Returns the top of the repository.
    pub fn workspace(&self) -> &Path {
        &self.workspace
    }

    /// Returns the work folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns all exercises of the repository, in order.
    pub fn exercises(&self) -> Result<Vec<Entry>> {
        translation::all(&self.workspace)
    }

    /// Returns the file of the learner's progress.
    pub fn store(&self) -> Store {
        Store::new(&self.folder)
    }

    /// Reads the learner's progress.
    pub fn record(&self) -> Record {
        self.store().read()
    }

    /// Reads the learner's predictions.
    pub fn predictions(&self) -> Predictions {
        self.folder.read()
    }

    /// Writes the Cargo.toml of the work folder, and its Cargo.lock.
    pub fn write_manifest(&self) -> Result<()> {
        let mut workspace = Table::new();
        workspace.insert("resolver".into(), "3".into());
        workspace.insert("members".into(), self.members()?.into());
        let mut manifest = Table::new();
        manifest.insert("workspace".into(), workspace.into());
        let profile = build::profile(&self.workspace)?;
        manifest.insert("profile".into(), profile);
        let path = self.folder().join("Cargo.toml");
        write_if_changed(&path, &manifest.to_string())?;
        build::copy_lock(&self.workspace, self.folder())
    }

    /// Returns the folders of the assignments.
    fn members(&self) -> Result<Vec<String>> {
        let mut members = Vec::new();
        for folder in fs::read_dir(self.folder())? {
            let folder = folder?;
            if folder.path().join("Cargo.toml").is_file() {
                members.push(folder.file_name().to_string_lossy().into_owned());
            }
        }
        members.sort();
        ensure!(!members.is_empty(), tr!("nothing was begun"));
        Ok(members)
    }
}

/// Writes a file if its text is another one: cargo goes by the time of the last
/// change.
pub(super) fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    let shown = || path.display().to_string();
    match input::text(path, input::LESSON) {
        Ok(old) if old == text => Ok(()),
        Ok(_) | Err(NoFile::Away) => fs::write(path, text).with_context(shown),
        Err(other) => Err(other).with_context(shown),
    }
}
