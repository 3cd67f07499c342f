//! The list of all exercises, and their folders.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tr::tr;

use super::definition::Exercise;
use super::format;
use crate::course::Chapter;
use crate::needed_kernel::NeededKernel;
use crate::{course, input};

/// An exercise's number: its chapter and its place there, such as `3.1`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Number {
    /// Number of the chapter.
    pub chapter: u32,
    /// Number in the chapter.
    pub own: u32,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{}", self.chapter, self.own))
    }
}

impl FromStr for Number {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split_once('.')
            .and_then(|(chapter, own)| {
                Some(Self {
                    chapter: chapter.parse().ok()?,
                    own: own.parse().ok()?,
                })
            })
            .ok_or_else(|| "exercises have numbers such as 3.1".to_owned())
    }
}

impl TryFrom<String> for Number {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.to_string()
    }
}

/// An exercise and its folder.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Number of the exercise.
    pub number: Number,
    /// Name of the folder, such as `1-join-a-network`.
    pub name: String,
    /// Path of the folder.
    pub folder: PathBuf,
    /// Chapter of the exercise.
    pub chapter: Chapter,
    /// Content of exercise.toml.
    pub exercise: Exercise,
}

impl Entry {
    /// Returns the path of the starter.
    pub fn starter(&self) -> PathBuf {
        self.folder.join("starter.rs")
    }

    /// Returns the path of the reference solution.
    pub fn solution(&self) -> PathBuf {
        self.folder.join("solution.rs")
    }

    /// Returns the kernel that the exercise needs: that of its chapter.
    pub fn needed_kernel(&self) -> Result<Option<NeededKernel>> {
        let by = tr!("Exercise {number}", number = self.number);
        let since = self.chapter.read()?.lesson.kernel;
        Ok(since.map(|since| NeededKernel { by, since }))
    }

    /// Returns the exercise's name among others, such as `3.1-join-a-network`.
    pub fn slug(&self) -> String {
        format!("{}.{}", self.number.chapter, self.name)
    }
}

/// The reason why there is no such exercise.
#[derive(Debug, thiserror::Error)]
pub enum NoExercise {
    /// No exercise has this number.
    #[error(
        "{}",
        tr!("there is no exercise {number}: just exercise lists them", number = .0)
    )]
    Unknown(Number),
    /// The exercise's author made a mistake.
    #[error("{0}: {1:#}")]
    Wrong(String, anyhow::Error),
}

/// Returns all exercises, in order.
pub fn all(workspace: &Path) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for chapter in course::chapters(workspace)? {
        let Ok(folders) = fs::read_dir(chapter.folder.join("exercise")) else {
            continue;
        };
        for folder in folders {
            let folder = folder?.path();
            entries.push(read(&chapter, &folder)?);
        }
    }
    entries.sort_by_key(|entry| entry.number);
    Ok(entries)
}

/// Returns the exercise with this number.
pub fn find(workspace: &Path, number: Number) -> Result<Entry> {
    let chapter = course::chapter(workspace, number.chapter)
        .map_err(|_| NoExercise::Unknown(number))?;
    let folder = chapter.folder.join("exercise");
    let prefix = format!("{}-", number.own);
    for folder in fs::read_dir(folder).into_iter().flatten() {
        let folder = folder?.path();
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(&prefix) {
            return read(&chapter, &folder);
        }
    }
    Err(NoExercise::Unknown(number).into())
}

fn read(chapter: &Chapter, folder: &Path) -> Result<Entry> {
    let file = folder.join("exercise.toml");
    read_file(chapter, folder, &file).map_err(|error| {
        let shown = course::shown_path(&file).display().to_string();
        NoExercise::Wrong(shown, error).into()
    })
}

fn read_file(chapter: &Chapter, folder: &Path, file: &Path) -> Result<Entry> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let own = name.split_once('-').and_then(|(own, _)| own.parse().ok());
    let own = own.context("the folder's name is not NUMBER-NAME")?;
    let exercise = format::parse(&input::text(file, input::LESSON)?)?;
    Ok(Entry {
        number: Number {
            chapter: chapter.number,
            own,
        },
        name: name.clone().into_owned(),
        folder: folder.to_path_buf(),
        chapter: chapter.clone(),
        exercise,
    })
}
