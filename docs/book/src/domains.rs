//! Everything that is translated, by the catalogue that holds it.
//!
//! # Layout
//!
//! * here: the domains
//! * [`collected`]: the messages of one domain, each once
//! * `exercises`: the texts of an exercise
//! * [`setup`]: the words of the set-up's scripts
//! * `words`: the words in `tr!` of all programs

pub mod collected;
mod exercises;
pub mod setup;
mod words;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use reader::course::{self, Chapter};
use reader::lesson::{Lesson, Part};

use collected::{Collected, Domain};

/// Returns the name of the catalogue of a chapter.
pub fn of_chapter(number: u32) -> String {
    course::domain(number)
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
    domains.push(of_setup(workspace)?);
    Ok(domains)
}

/// Returns the words of the page's judge, which are some of all programs'.
pub fn of_live(workspace: &Path) -> Result<Domain> {
    let mut collected = Collected::new();
    words::collect_live(workspace, &mut collected)?;
    Ok(collected.into_domain(language::words::DOMAIN.to_owned()))
}

/// Returns the words of the set-up's scripts.
pub fn of_setup(workspace: &Path) -> Result<Domain> {
    let mut collected = Collected::new();
    setup::collect(workspace, &mut collected)?;
    Ok(collected.into_domain(setup::DOMAIN.to_owned()))
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
            if let Part::Prose(prose) | Part::Question(prose) = part {
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
