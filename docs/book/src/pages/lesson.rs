//! The page of a lesson: each command and output as a run has verified them,
//! and each step's picture, drawn from its snapshot.

use anyhow::{Context, Result};
use reader::course::Chapter;
use reader::lesson::{Lesson, Part, Program, Step};
use reader::snapshots;
use tr::tr;

use super::names;
use super::page::Page;
use crate::edition::Edition;
use crate::{console, domains, fences, lessons};

/// Returns the page of a chapter's lesson.
pub(super) fn page(edition: &Edition, chapter: &Chapter) -> Result<Page> {
    let number = chapter.number;
    let catalogue = edition.catalogue(&domains::of_chapter(number))?;
    let lesson = lessons::translated(&chapter.read()?.lesson, &catalogue)?;
    Ok(Page {
        name: names::of_lesson(number),
        text: text(edition, chapter, &lesson)?,
        title: lesson.title,
        chapter: Some(number),
        is_below: false,
        source: edition.relative(&chapter.lesson_path()).to_owned(),
    })
}

fn text(
    edition: &Edition,
    chapter: &Chapter,
    lesson: &Lesson,
) -> Result<String> {
    let mut text = format!("# {}\n\n", lesson.title);
    if let Some(minutes) = lesson.minutes {
        let chapter = chapter.number;
        let mut takes = tr!(
            "chapter {chapter}, about {minutes} minutes",
            chapter,
            minutes
        );
        if let Some(since) = lesson.kernel {
            takes += " · ";
            takes += &tr!("needs Linux {since} or newer", since);
        }
        text.push_str(&format!("<p class=\"minutes\">{takes}</p>\n\n"));
    }
    if edition.is_live {
        text.push_str(&place_of_machine(chapter.number));
    }
    text.push_str(&format!("{}\n", lesson.intro));
    let mut before = None;
    for step in &lesson.steps {
        let file = snapshots::path(&chapter.snapshots(), step);
        let now = snapshots::read(&file)
            .with_context(|| file.display().to_string())?;
        text.push_str(&of_step(chapter.number, step));
        if let Some(now) = &now {
            let picture = picture(before.as_deref(), now);
            text.push_str(
                &picture.with_context(|| file.display().to_string())?,
            );
        }
        before = now;
    }
    Ok(text)
}

/// Returns the place where the page's script says how the commands run.
fn place_of_machine(chapter: u32) -> String {
    let why = tr!(
        "The commands cannot run here: scripts are switched off. The text has \
         all outputs."
    );
    format!(
        "<div class=\"live\" data-chapter=\"{chapter}\">\
         <noscript><p>{why}</p></noscript></div>\n\n"
    )
}

fn of_step(chapter: u32, step: &Step) -> String {
    let mut text = format!("\n## {} {{#{}}}\n", step.title, step.slug);
    for part in &step.parts {
        text.push('\n');
        match part {
            Part::Prose(prose) => {
                text.push_str(prose);
                text.push('\n');
            }
            Part::Figure(block) => {
                text.push_str(&fences::with_languages_only(block));
                text.push('\n');
            }
            Part::Question(_) | Part::EndOfAnswer => {
                text.push_str(&format!("{part}\n"));
            }
            Part::Block(commands) => {
                let step = format!("{chapter}.{}", step.number);
                text.push_str(&console::block(&step, commands));
            }
            Part::Program(shown) => {
                text.push_str(&of_program(chapter, shown));
            }
        }
    }
    text
}

fn of_program(chapter: u32, shown: &Program) -> String {
    let page = names::of_program(chapter);
    let file = shown.file.display();
    let whole = tr!("the whole file");
    format!(
        "<p class=\"file\"><code>{file}</code>: \
         <a href=\"{page}.html\">{whole}</a></p>\n\n\
         ```rust\n{}\n```\n",
        shown.shown.join("\n")
    )
}

/// Returns what the kernel held after a step.
fn picture(before: Option<&str>, now: &str) -> Result<String> {
    let figure = diagram::of_step(before, now)?;
    // An empty line would end the HTML.
    let lines: Vec<_> = figure.lines().filter(|it| !it.is_empty()).collect();
    Ok(format!("\n{}\n", lines.join("\n")))
}
