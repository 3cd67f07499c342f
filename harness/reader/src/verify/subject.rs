//! A lesson to play: a chapter, or any other file.

use std::path::Path;

use anyhow::Result;

use super::Source;
use crate::course::{self, Chapter};
use crate::input::{NoFile, WrongArgument};
use crate::lesson::Lesson;

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

    /// A lesson that is no chapter; an argument names it.
    pub fn file(file: &Path) -> Result<Self> {
        let read = Self::read("The lesson".to_owned(), None, file);
        read.map_err(|error| match error.downcast::<NoFile>() {
            Ok(why) => {
                let path = file.to_path_buf();
                WrongArgument { path, why }.into()
            }
            Err(error) => error,
        })
    }

    fn read(name: String, number: Option<u32>, file: &Path) -> Result<Self> {
        let (text, lesson) = course::read_lesson(file)?;
        let source = Source {
            path: course::shown_path(file),
            snapshots: file.with_file_name("snapshots"),
        };
        Ok(Self {
            name,
            number,
            source,
            text,
            lesson,
        })
    }
}
