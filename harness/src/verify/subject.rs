//! A lesson to play: a chapter, or any other file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Source;
use crate::course::{self, Chapter};
use crate::lesson::{self, Lesson};

/// A lesson, what it is called, and where it comes from.
#[derive(Debug)]
pub struct Subject {
    /// What verdicts call it.
    pub name: String,
    /// The chapter's number, if it is one.
    pub number: Option<u32>,
    /// Where it comes from.
    pub source: Source,
    /// Its file.
    pub text: String,
    /// What the file says.
    pub lesson: Lesson,
}

impl Subject {
    /// A chapter's lesson.
    pub fn chapter(chapter: &Chapter) -> Result<Self> {
        let name = format!("Chapter {}", chapter.number);
        Self::read(name, Some(chapter.number), &chapter.lesson_path())
    }

    /// A lesson that is no chapter.
    pub fn file(file: &Path) -> Result<Self> {
        Self::read("The lesson".to_owned(), None, file)
    }

    fn read(name: String, number: Option<u32>, file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)
            .with_context(|| format!("{}", file.display()))?;
        let path = course::shown_path(file);
        let lesson = lesson::parse(&path, &text)?;
        let snapshots = file.with_file_name("snapshots");
        let source = Source { path, snapshots };
        Ok(Self {
            name,
            number,
            source,
            text,
            lesson,
        })
    }
}
