//! Writes the translations of the lessons and of the README beside them:
//! `README.zh-CN.md`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use language::{Catalogue, Language};
use reader::course::{self, Chapter};
use reader::lesson::{Lesson, Part};

use crate::{domains, markdown};

/// Line of the README that leads to its translation.
pub const TO_CHINESE: &str = "[中文](README.zh-CN.md)\n\n";

/// The line back.
const TO_ENGLISH: &str = "[English](README.md)";

/// A file that is written from catalogues.
pub struct Written {
    /// Path of the file.
    pub path: PathBuf,
    /// The content that it should have.
    pub text: String,
}

impl Written {
    /// Tells whether the file has this content.
    pub fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|text| text == self.text)
    }

    /// Writes the file, unless it has this content.
    pub fn write(&self) -> Result<()> {
        if self.is_fresh() {
            return Ok(());
        }
        fs::write(&self.path, &self.text)
            .with_context(|| self.path.display().to_string())
    }
}

/// Returns the translations of all lessons.
pub fn all(workspace: &Path) -> Result<Vec<Written>> {
    let chapters = course::chapters(workspace)?;
    let chapters = chapters.iter();
    let lessons = chapters.map(|it| of_chapter(workspace, it));
    lessons.chain([readme(workspace)]).collect()
}

/// Returns the translation of the README. Its links lead to translations.
fn readme(workspace: &Path) -> Result<Written> {
    let language = Language::Chinese;
    let path = workspace.join("README.md");
    let text = fs::read_to_string(&path)
        .with_context(|| path.display().to_string())?;
    let catalogue =
        Catalogue::read(workspace, language, &domains::of_page("README"))?;
    let text = markdown::translated(&text, &catalogue)?;
    let translation = format!("README.{}.md", language.tag());
    let text = text
        .replace(TO_CHINESE.trim_end(), TO_ENGLISH)
        .replace("/README.md)", &format!("/{translation})"));
    Ok(Written {
        path: workspace.join(translation),
        text: format!("{text}\n"),
    })
}

/// Writes the translations of all lessons.
pub fn write(workspace: &Path) -> Result<()> {
    all(workspace)?.iter().try_for_each(Written::write)
}

fn of_chapter(workspace: &Path, chapter: &Chapter) -> Result<Written> {
    let language = Language::Chinese;
    let domain = domains::of_chapter(chapter.number);
    let catalogue = Catalogue::read(workspace, language, &domain)?;
    let lesson = translated(&chapter.read()?.lesson, &catalogue)?;
    Ok(Written {
        path: chapter.translation_path(language),
        text: lesson.to_string(),
    })
}

/// Returns a lesson with the words of a catalogue.
pub fn translated(lesson: &Lesson, catalogue: &Catalogue) -> Result<Lesson> {
    let mut lesson = lesson.clone();
    lesson.title = markdown::translated(&lesson.title, catalogue)?;
    lesson.intro = markdown::translated(&lesson.intro, catalogue)?;
    for step in &mut lesson.steps {
        step.title = markdown::translated(&step.title, catalogue)?;
        for part in &mut step.parts {
            if let Part::Prose(prose) | Part::Question(prose) = part {
                *prose = markdown::translated(prose, catalogue)?;
            }
        }
    }
    Ok(lesson)
}
