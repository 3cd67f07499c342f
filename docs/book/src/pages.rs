//! The pages of the book, as Markdown that is ready for mdBook.
//!
//! # Layout
//!
//! * here: all pages of a language
//! * [`page`]: one page
//! * `names`: names of a chapter's pages
//! * [`table`]: the order of the pages
//! * `lesson`, `exercises`, `program`: the pages of a chapter
//! * `plain`: pages of `docs/src`

mod exercises;
mod lesson;
mod names;
pub mod page;
mod plain;
mod program;
pub mod table;

use std::path::Path;

use anyhow::Result;
use reader::course;

use crate::commands;
use crate::edition::Edition;
use crate::links::Pages;
pub use page::Page;
use table::{Entry, Section};

/// Pages under one heading of the table of contents.
pub struct Part {
    /// The heading; the first part has none.
    pub title: Option<String>,
    /// The pages, in order.
    pub pages: Vec<Page>,
}

/// Returns all pages in the language of an edition.
pub fn all(edition: &Edition) -> Result<Vec<Part>> {
    let links = links(edition)?;
    let mut parts = Vec::new();
    for Section { title, entries } in table::sections() {
        let mut pages = Vec::new();
        for entry in entries {
            pages.extend(of_entry(edition, &entry)?);
        }
        for page in &mut pages {
            let text = links.rewrite(&page.text, &page.source);
            let own = format!("{}.html", page.name);
            page.text = commands::linked(&text, |command| {
                address_of(command, &links).filter(|it| *it != own)
            });
        }
        parts.push(Part { title, pages });
    }
    Ok(parts)
}

/// Returns the address of what a command of `just` shows.
fn address_of(command: &str, links: &Pages) -> Option<String> {
    let (command, number) = command.strip_prefix("just ")?.split_once(' ')?;
    let (chapter, exercise) = match command {
        "chapter" => (number, None),
        "exercise" => {
            let (chapter, n) = number.split_once('.')?;
            (chapter, Some(n.parse::<u32>().ok()?))
        }
        _ => return None,
    };
    let chapter = chapter.parse().ok()?;
    let (name, anchor) = match exercise {
        None => (names::of_lesson(chapter), String::new()),
        Some(n) => (names::of_exercises(chapter), format!("#exercise-{n}")),
    };
    links.has(&name).then(|| format!("{name}.html{anchor}"))
}

fn of_entry(edition: &Edition, entry: &Entry) -> Result<Vec<Page>> {
    Ok(match entry {
        Entry::File(file, name) => vec![plain::page(edition, file, name)?],
        Entry::Chapters => {
            let mut pages = Vec::new();
            for chapter in course::chapters(&edition.workspace)? {
                pages.push(lesson::page(edition, &chapter)?);
                pages.extend(exercises::page(edition, &chapter)?);
                pages.push(program::page(edition, &chapter)?);
            }
            pages
        }
    })
}

/// Returns the pages by the files that links lead to.
fn links(edition: &Edition) -> Result<Pages> {
    let mut pages = Pages::default();
    for section in table::sections() {
        for entry in section.entries {
            if let Entry::File(file, name) = entry {
                pages.add(Path::new(file), name);
            }
        }
    }
    pages.add(Path::new("README.md"), table::FIRST);
    for chapter in course::chapters(&edition.workspace)? {
        let file = chapter.lesson_path();
        pages.add(edition.relative(&file), &names::of_lesson(chapter.number));
        let file = chapter.folder.join(names::PROGRAM);
        pages.add(edition.relative(&file), &names::of_program(chapter.number));
        let folder = chapter.folder.join("exercise");
        pages.add(
            edition.relative(&folder),
            &names::of_exercises(chapter.number),
        );
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use language::Language;

    use super::*;

    #[test]
    fn a_chapters_pages_lead_to_each_other() {
        let workspace = course::workspace();
        let edition = Edition::begin(&workspace, Language::English).unwrap();
        let parts = all(&edition).unwrap();
        let pages: Vec<_> = parts.into_iter().flat_map(|it| it.pages).collect();
        for (name, link) in [
            ("chapter-3", "(chapter-3-exercises.html#exercise-2)"),
            ("chapter-3", "(chapter-3-program.html)"),
            ("chapter-3", "(chapter-4.html)"),
            ("chapter-3-exercises", "href=\"chapter-3.html\""),
            ("chapter-3-program", "href=\"chapter-3.html\""),
        ] {
            let page = pages.iter().find(|page| page.name == name).unwrap();
            assert!(page.text.contains(link), "{name}: {link}");
        }
    }
}
