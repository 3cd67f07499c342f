//! A page that is a Markdown file of the repository.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::page::Page;
use crate::edition::Edition;
use crate::{
    domains, fences, headings, inclusions, lessons, markdown, pictures,
};

/// Returns the page of a file, in the language of an edition.
pub(super) fn page(edition: &Edition, file: &str, name: &str) -> Result<Page> {
    let path = edition.workspace.join(file);
    let english = fs::read_to_string(&path).context(file.to_owned())?;
    let stem = Path::new(file).file_stem().unwrap_or_default();
    let domain = domains::of_page(&stem.to_string_lossy());
    // A page has a switch of its own.
    let english = english.replace(lessons::TO_CHINESE, "");
    let catalogue = edition.catalogue(&domain)?;
    let text = markdown::translated(&english, &catalogue)?;
    let text = pictures::beside(&fences::with_languages_only(&text));
    let anchored = headings::with_anchors(&text, &english);
    Ok(Page {
        name: name.to_owned(),
        title: title_of(&text).unwrap_or(name).to_owned(),
        text: inclusions::expanded(edition, &anchored)?,
        chapter: None,
        is_below: false,
        source: file.into(),
    })
}

/// Returns the Markdown of the first heading.
fn title_of(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("# "))
}
