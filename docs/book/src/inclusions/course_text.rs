//! The lessons in the language of an edition, and their exercises' minutes.

use anyhow::Result;
use reader::course::{self, Chapter};
use reader::lesson::{Lesson, Step};

use crate::edition::Edition;
use crate::{domains, exercises, lessons};

/// All lessons.
pub struct CourseText {
    /// The chapters, in order.
    pub chapters: Vec<ChapterText>,
}

/// A chapter's lesson, and the minutes of its exercises.
pub struct ChapterText {
    /// Number of the chapter.
    pub number: u32,
    /// Name of its folder below `chapters`.
    pub folder: String,
    /// The lesson, with slugs of the English titles.
    pub lesson: Lesson,
    /// Minutes of each exercise, in order.
    pub exercises: Vec<u32>,
}

impl CourseText {
    /// Reads all lessons.
    pub fn read(edition: &Edition) -> Result<Self> {
        let chapters = course::chapters(&edition.workspace)?;
        let chapters = chapters.iter().map(|it| of_chapter(edition, it));
        let chapters = chapters.collect::<Result<_>>()?;
        Ok(Self { chapters })
    }

    /// Returns the chapter in this folder below `chapters`.
    pub fn in_folder(&self, folder: &str) -> Option<&ChapterText> {
        self.chapters.iter().find(|it| it.folder == folder)
    }
}

impl ChapterText {
    /// Returns the step with this slug.
    pub fn step(&self, slug: &str) -> Option<&Step> {
        self.lesson.steps.iter().find(|step| step.slug == slug)
    }

    /// Returns a link to the lesson from a page of `docs/src`.
    pub fn link(&self, words: &str) -> String {
        format!("[{words}](../../chapters/{}/README.md)", self.folder)
    }

    /// Returns a link to a step from a page of `docs/src`: number and title.
    pub fn link_to(&self, step: &Step) -> String {
        format!(
            "[{}.{} {}](../../chapters/{}/README.md#{})",
            self.number, step.number, step.title, self.folder, step.slug
        )
    }
}

fn of_chapter(edition: &Edition, chapter: &Chapter) -> Result<ChapterText> {
    let number = chapter.number;
    let catalogue = edition.catalogue(&domains::of_chapter(number))?;
    let lesson = lessons::translated(&chapter.read()?.lesson, &catalogue)?;
    let folder = chapter.folder.file_name().unwrap_or_default();
    let exercises = exercises::of_chapter(chapter)?.into_iter();
    Ok(ChapterText {
        number,
        folder: folder.to_string_lossy().into_owned(),
        lesson,
        exercises: exercises.map(|it| it.minutes).collect(),
    })
}
