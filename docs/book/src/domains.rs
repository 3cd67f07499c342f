//! Everything that is translated, by the catalogue that holds it.
//!
//! # Layout
//!
//! * here: the domains
//! * `exercises`: the texts of an exercise
//! * `words`: the words in `tr!` of all programs

mod exercises;
mod words;

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use reader::course::{self, Chapter};
use reader::lesson::{Lesson, Part};

use crate::markdown;

/// The messages of one catalogue.
pub struct Domain {
    /// Name of the catalogue, such as `chapter-3`.
    pub name: String,
    /// The messages, each once, in the order of the sources.
    pub messages: Vec<Message>,
}

/// A text to translate.
pub struct Message {
    /// The English text.
    pub text: String,
    /// File that has it, from the top of the repository.
    pub source: String,
}

/// Collects the messages of a domain.
struct Collected {
    messages: Vec<Message>,
    seen: HashSet<String>,
    source: String,
}

impl Collected {
    fn new() -> Self {
        Self {
            messages: Vec::new(),
            seen: HashSet::new(),
            source: String::new(),
        }
    }

    fn of(&mut self, workspace: &Path, file: &Path) -> &mut Self {
        let source = file.strip_prefix(workspace).unwrap_or(file);
        self.source = source.display().to_string();
        self
    }

    /// Adds a text as one message.
    fn whole(&mut self, text: &str) {
        let text = text.trim_end_matches('\n');
        if !text.trim().is_empty() && self.seen.insert(text.to_owned()) {
            let source = self.source.clone();
            let text = text.to_owned();
            self.messages.push(Message { text, source });
        }
    }

    /// Adds the messages of a Markdown text.
    fn markdown(&mut self, text: &str) -> Result<()> {
        for message in markdown::messages(text)? {
            self.whole(&message);
        }
        Ok(())
    }

    fn into_domain(self, name: String) -> Domain {
        let messages = self.messages;
        Domain { name, messages }
    }
}

/// Returns the name of the catalogue of a chapter.
pub fn of_chapter(number: u32) -> String {
    format!("chapter-{number}")
}

/// Returns the name of the catalogue of a page: `page-faults`.
pub fn of_page(name: &str) -> String {
    format!("page-{}", name.to_lowercase())
}

/// Returns all domains.
pub fn all(workspace: &Path) -> Result<Vec<Domain>> {
    let mut domains = Vec::new();
    for chapter in course::chapters(workspace)? {
        domains.push(chapter_domain(workspace, &chapter)?);
    }
    for page in pages(workspace)? {
        domains.push(page_domain(workspace, &page)?);
    }
    let mut collected = Collected::new();
    words::collect(workspace, &mut collected)?;
    domains.push(collected.into_domain(language::words::DOMAIN.to_owned()));
    Ok(domains)
}

fn chapter_domain(workspace: &Path, chapter: &Chapter) -> Result<Domain> {
    let mut collected = Collected::new();
    let lesson = chapter.read()?.lesson;
    collected.of(workspace, &chapter.lesson_path());
    collect_lesson(&lesson, &mut collected)?;
    exercises::collect(workspace, chapter, &mut collected)?;
    Ok(collected.into_domain(of_chapter(chapter.number)))
}

fn collect_lesson(lesson: &Lesson, to: &mut Collected) -> Result<()> {
    to.markdown(&lesson.title)?;
    to.markdown(&lesson.intro)?;
    for step in &lesson.steps {
        to.markdown(&step.title)?;
        for part in &step.parts {
            if let Part::Prose(prose) = part {
                to.markdown(prose)?;
            }
        }
    }
    Ok(())
}

/// Returns all pages that are no lessons: the README and those of `docs/src`.
pub fn pages(workspace: &Path) -> Result<Vec<std::path::PathBuf>> {
    let folder = workspace.join("docs/src");
    let entries =
        fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut pages = vec![workspace.join("README.md")];
    let files = entries.flatten().map(|entry| entry.path());
    pages.extend(files.filter(|it| it.extension().is_some_and(|e| e == "md")));
    pages[1..].sort();
    Ok(pages)
}

fn page_domain(workspace: &Path, page: &Path) -> Result<Domain> {
    let mut collected = Collected::new();
    let text =
        fs::read_to_string(page).with_context(|| page.display().to_string())?;
    collected.of(workspace, page).markdown(&text)?;
    let name = page.file_stem().unwrap_or_default().to_string_lossy();
    Ok(collected.into_domain(of_page(&name)))
}
