//! The page with the whole `main.rs` of a chapter.

use std::fs;

use anyhow::{Context, Result};
use reader::course::Chapter;
use tr::tr;

use super::names;
use super::page::Page;
use crate::edition::Edition;

/// Returns the page of a chapter's program.
pub(super) fn page(edition: &Edition, chapter: &Chapter) -> Result<Page> {
    let number = chapter.number;
    let path = chapter.folder.join(names::PROGRAM);
    let program = fs::read_to_string(&path);
    let program = program.with_context(|| path.display().to_string())?;
    let title = tr!("The program of chapter {n}", n = number);
    let file = edition.relative(&path).to_owned();
    let back = tr!("The lesson explains it");
    let text = format!(
        "# {title}\n\n<p class=\"file\"><code>{}</code>: \
         <a href=\"{}.html\">{back}</a></p>\n\n```rust\n{}\n```\n",
        file.display(),
        names::of_lesson(number),
        program.trim_end(),
    );
    Ok(Page {
        name: names::of_program(number),
        title,
        text,
        chapter: Some(number),
        is_below: true,
        source: file,
    })
}
