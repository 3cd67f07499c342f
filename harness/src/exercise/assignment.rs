//! An exercise in a learner's work folder.
//!
//! ```text
//! workshop/3.1-join-a-network/
//!   Cargo.toml                         made by the harness
//!   src/main.rs                        the learner's program
//!   old/1.rs, old/2.rs                 its versions before each reset
//! ```

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tr::tr;

use super::build::{self, Built, Package};
use super::catalogue::{Entry, Number};
use super::failed_run::{self, FailedRun};
use super::record::Done;
use super::translation;
use super::workshop::{Workshop, write_if_changed};
use crate::course::shown_path;
use crate::errln;
use crate::input::{self, NoFile};

/// An exercise, and the work folder of the learner who does it.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The work folder.
    pub workshop: Workshop,
    /// The exercise.
    pub entry: Entry,
}

impl Assignment {
    /// Finds the exercise with this number.
    pub fn find(workshop: &Workshop, number: Number) -> Result<Self> {
        Ok(Self {
            workshop: workshop.clone(),
            entry: translation::find(workshop.workspace(), number)?,
        })
    }

    /// Returns the number of the exercise.
    pub fn number(&self) -> Number {
        self.entry.number
    }

    fn folder(&self) -> PathBuf {
        self.workshop.folder().join(self.entry.slug())
    }

    /// Returns the path of the learner's program.
    pub fn source(&self) -> PathBuf {
        self.folder().join("src/main.rs")
    }

    /// Returns whether the learner has begun. The program may still be gone.
    pub fn has_begun(&self) -> bool {
        self.folder().join("src").is_dir()
    }

    /// Reads the learner's program. A FIFO in its place is an error: the
    /// compiler would wait for it.
    pub fn read(&self) -> Result<Vec<u8>, NoFile> {
        input::bytes(&self.source(), input::PROGRAM)
    }

    /// Returns the reason why there is no program, in a line.
    pub fn without_program(&self, why: &NoFile) -> String {
        format!("{}: {why}", shown_path(&self.source()).display())
    }

    /// Copies the starter, unless there is a program already. Returns whether
    /// it was copied.
    pub fn begin(&self) -> Result<bool> {
        let source = self.source();
        let folder = source.parent().context("src")?;
        fs::create_dir_all(folder)
            .with_context(|| format!("{}", folder.display()))?;
        let copied = copy_new(&self.entry.starter(), &source)?;
        self.write_manifests()?;
        Ok(copied)
    }

    /// Puts the starter in the place of the program. Returns the path of the
    /// old version.
    pub fn reset(&self) -> Result<Option<PathBuf>> {
        let source = self.source();
        let mut kept = None;
        if source.symlink_metadata().is_ok() {
            let path = self.unused_name()?;
            fs::rename(&source, &path)?;
            kept = Some(path);
        }
        self.begin()?;
        Ok(kept)
    }

    /// Returns a path for another old version.
    fn unused_name(&self) -> Result<PathBuf> {
        let old = self.folder().join("old");
        fs::create_dir_all(&old)?;
        let mut names = (1..).map(|number| old.join(format!("{number}.rs")));
        let unused = names.find(|path| path.symlink_metadata().is_err());
        unused.context("a free name")
    }

    /// Builds the learner's program.
    pub fn build(&self, colour: bool) -> Result<Built> {
        self.write_manifests()?;
        let package = Package {
            workspace: self.workshop.workspace(),
            folder: self.folder(),
            colour,
        };
        let built = package.build(&self.package_name())?;
        // rustc names files from the top of the work folder.
        let from = format!("{}/src/", self.entry.slug());
        let to = shown_path(self.workshop.folder()).join(&from);
        let to = to.display().to_string();
        Ok(match built {
            Built::DoesNotCompile(errors) => {
                Built::DoesNotCompile(errors.replace(&from, &to))
            }
            built => built,
        })
    }

    /// Writes the Cargo.toml of the exercise, and that of the work folder.
    fn write_manifests(&self) -> Result<()> {
        let workspace = self.workshop.workspace();
        let manifest = build::manifest(workspace, &self.package_name())?;
        let path = self.folder().join("Cargo.toml");
        write_if_changed(&path, &manifest.to_string())?;
        self.workshop.write_manifest()
    }

    /// Returns a name that is unique in the work folder. Two exercises may give
    /// their programs the same name.
    fn package_name(&self) -> String {
        let Number { chapter, own } = self.number();
        format!("exercise-{chapter}-{own}")
    }

    /// Returns the learner's progress with this exercise.
    pub fn done(&self) -> Done {
        self.workshop.record().of(self.number())
    }

    /// Records progress. A failure is printed; it changes no verdict, and hides
    /// no hint.
    pub fn remember(&self, change: impl FnOnce(&mut Done)) {
        if let Err(error) = self.try_to_remember(change) {
            errln!("{}\n{error:#}", tr!("Your progress cannot be kept:"));
        }
    }

    /// Keeps the failed run for `just why`, or forgets the last one. A failure
    /// to do so is printed; it changes no verdict.
    pub fn remember_failed(&self, run: Option<&FailedRun>) {
        if let Err(error) = failed_run::remember(self.workshop.folder(), run) {
            let words = tr!("The failure cannot be kept for `just why`:");
            errln!("{words}\n{error:#}");
        }
    }

    /// Records progress, with the failure for the caller.
    pub fn try_to_remember(
        &self,
        change: impl FnOnce(&mut Done),
    ) -> Result<()> {
        self.workshop.store().change(self.number(), change)
    }
}

/// Copies a file to a path where there is none yet. Returns whether it was
/// copied.
fn copy_new(from: &Path, to: &Path) -> Result<bool> {
    let text = input::text(from, input::LESSON)
        .with_context(|| from.display().to_string())?;
    match File::create_new(to) {
        Ok(mut file) => {
            file.write_all(text.as_bytes())?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).context(to.display().to_string()),
    }
}
