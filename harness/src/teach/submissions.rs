//! A folder of submissions.
//!
//! ```text
//! FOLDER/ada/3.1.rs                           one file
//! FOLDER/ada/3.1-join-a-network/src/main.rs   or as in the work folder
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::stranger;
use crate::exercise::catalogue::{self, Entry, Number};
use crate::exercise::definition::Kind;
use crate::input::PROGRAM;

/// Other files of a work folder, which are ignored.
const NOT_LOOKED_AT: [&str; 5] = [
    "Cargo.toml",
    "Cargo.lock",
    "target",
    "report.json",
    "report.md",
];

/// A student's program for an exercise.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Name of the student's folder.
    pub student: String,
    /// Number of the exercise.
    pub number: Number,
    /// Source of the program, in Rust.
    pub source: String,
}

/// A file in the folder that is no submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotUnderstood {
    /// Path of the file.
    pub path: PathBuf,
    /// Reason why it is no submission.
    pub why: String,
}

/// The content of a folder.
#[derive(Debug, Default)]
pub struct Found {
    /// Submissions, by student and exercise.
    pub submissions: Vec<Submission>,
    /// All other files.
    pub not_understood: Vec<NotUnderstood>,
    /// Exercises that have submissions.
    pub entries: Vec<Entry>,
}

impl Found {
    /// Returns the exercise with this number.
    pub fn entry(&self, number: Number) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.number == number)
    }

    /// Keeps the submissions with these indexes, and their exercises.
    pub fn keep(&mut self, indexes: &[usize]) {
        let kept = indexes.iter().filter_map(|it| self.submissions.get(*it));
        self.submissions = kept.cloned().collect();
        let kept = &self.submissions;
        let used =
            |entry: &Entry| kept.iter().any(|it| it.number == entry.number);
        self.entries.retain(used);
    }
}

/// Reads a folder: students' folders in it, and their submissions.
pub fn find(workspace: &Path, folder: &Path) -> Result<Found> {
    let mut found = Found::default();
    for (student, path) in visible(folder)? {
        if is_folder(&path) {
            of_student(workspace, &student, &path, &mut found);
        } else {
            found.strange(path, "students have folders, this is none");
        }
    }
    Ok(found)
}

fn of_student(
    workspace: &Path,
    student: &str,
    folder: &Path,
    found: &mut Found,
) {
    let entries = match visible(folder) {
        Ok(entries) => entries,
        Err(error) => return found.strange(folder.into(), &error),
    };
    for (name, path) in entries {
        if NOT_LOOKED_AT.contains(&&*name) {
            continue;
        }
        let read = submission(workspace, student, &name, &path, found);
        if let Err(error) = read {
            found.strange(path, format!("{error:#}"));
        }
    }
}

fn submission(
    workspace: &Path,
    student: &str,
    name: &str,
    path: &Path,
    found: &mut Found,
) -> Result<()> {
    let (number, file) = if is_folder(path) {
        let number = name.split('-').next().unwrap_or(name);
        ensure!(
            is_folder(&path.join("src")),
            "there is no src/main.rs in it"
        );
        (number, path.join("src/main.rs"))
    } else {
        let number = name.strip_suffix(".rs");
        let number = number.context("it is not called such as 3.1.rs")?;
        (number, path.to_owned())
    };
    let Ok(number) = number.parse::<Number>() else {
        bail!("its name has no exercise's number, such as 3.1");
    };
    let twice = found
        .submissions
        .iter()
        .any(|it| it.student == student && it.number == number);
    ensure!(!twice, "there is another for {number}, which was taken");
    found.know(workspace, number)?;
    let source = stranger::read(&file, PROGRAM)?;
    found.submissions.push(Submission {
        student: student.to_owned(),
        number,
        source,
    });
    Ok(())
}

impl Found {
    fn strange(&mut self, path: PathBuf, why: impl ToString) {
        let why = why.to_string();
        self.not_understood.push(NotUnderstood { path, why });
    }

    /// Adds an exercise to [`Found::entries`]. One that asks for an answer, or
    /// does not exist, is an error.
    pub fn know(&mut self, workspace: &Path, number: Number) -> Result<()> {
        if self.entry(number).is_some() {
            return Ok(());
        }
        let entry = catalogue::find(workspace, number)?;
        let program = entry.exercise.kind != Kind::Find;
        ensure!(program, "{number} asks for an answer, not for a program");
        self.entries.push(entry);
        self.entries.sort_by_key(|entry| entry.number);
        Ok(())
    }
}

/// Lists a folder, sorted by name, without hidden files.
fn visible(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut entries = Vec::new();
    let shown = || folder.display().to_string();
    for entry in fs::read_dir(folder).with_context(shown)? {
        let entry = entry.with_context(shown)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            entries.push((name, entry.path()));
        }
    }
    entries.sort();
    Ok(entries)
}

/// Returns whether this is a folder. A link to a folder is not.
fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|meta| meta.is_dir())
}
