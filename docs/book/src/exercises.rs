//! The exercises of a chapter, as far as a reader of a page or a translator
//! needs them.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use reader::course::Chapter;
use serde::Deserialize;

/// Kind of an exercise whose answer is found by looking around.
pub const FIND: &str = "find";

/// The texts of `exercise.toml`.
#[derive(Deserialize)]
pub struct Exercise {
    /// Number in its chapter, from the name of its folder.
    #[serde(skip)]
    pub number: u32,
    /// The file that was read.
    #[serde(skip)]
    pub file: PathBuf,
    /// Name in lists.
    pub title: String,
    /// `write`, `repair` or `find`.
    pub kind: String,
    /// Minutes that it takes.
    pub minutes: u32,
    /// The task.
    pub asks: String,
    /// Hints, each nearer to the answer.
    pub hints: Vec<String>,
    /// Words after the solution.
    pub after: String,
    #[serde(default, rename = "run")]
    runs: Vec<Run>,
    #[serde(default)]
    feedback: Vec<Feedback>,
}

#[derive(Deserialize)]
struct Run {
    check: Vec<Check>,
}

#[derive(Deserialize)]
struct Check {
    what: String,
}

#[derive(Deserialize)]
struct Feedback {
    says: String,
}

impl Exercise {
    /// Returns the program that a learner begins with; `None` if the exercise
    /// asks for none.
    ///
    /// # Errors
    ///
    /// The program cannot be read.
    pub fn starter(&self) -> Result<Option<String>> {
        if self.kind == FIND {
            return Ok(None);
        }
        let file = self.file.with_file_name("starter.rs");
        let text = fs::read_to_string(&file);
        Ok(Some(text.with_context(|| file.display().to_string())?))
    }

    /// Returns all texts that a learner reads, in order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let checks = self.runs.iter().flat_map(|run| &run.check);
        let mut texts = vec![&self.title, &self.asks];
        texts.extend(&self.hints);
        texts.push(&self.after);
        texts.extend(checks.map(|check| &check.what));
        texts.extend(self.feedback.iter().map(|it| &it.says));
        texts.into_iter().map(String::as_str)
    }
}

/// Returns the exercises of a chapter, in order.
pub fn of_chapter(chapter: &Chapter) -> Result<Vec<Exercise>> {
    let folder = chapter.folder.join("exercise");
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries =
        fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut exercises = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let number = name.split_once('-').and_then(|(n, _)| n.parse().ok());
        let file = entry.path().join("exercise.toml");
        if let Some(number) = number
            && file.exists()
        {
            exercises.push(read(number, file)?);
        }
    }
    exercises.sort_by_key(|it| it.number);
    Ok(exercises)
}

fn read(number: u32, file: PathBuf) -> Result<Exercise> {
    let text = fs::read_to_string(&file)
        .with_context(|| file.display().to_string())?;
    let read: Exercise =
        toml::from_str(&text).with_context(|| file.display().to_string())?;
    Ok(Exercise {
        number,
        file,
        ..read
    })
}
