//! The folder of a language, with which mdBook begins: `SUMMARY.md`, the pages,
//! and files that they refer to.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use reader::course;
use reader::lesson::Version;

use crate::edition::Edition;
use crate::pages::{Page, Part};
use crate::theme;
use crate::verified::Verified;

/// Writes the folder anew.
pub(super) fn write(
    edition: &Edition,
    parts: &[Part],
    folder: &Path,
) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| folder.display().to_string())?;
    }
    let pages = folder.join("src");
    put(&pages.join("SUMMARY.md"), summary(parts))?;
    let verified = Verified::read(&edition.workspace)?;
    for page in parts.iter().flat_map(|part| &part.pages) {
        let foot = verified.foot(needed_kernel(edition, page)?);
        let text = format!("{}{foot}", page.text);
        put(&pages.join(format!("{}.md", page.name)), text)?;
    }
    copy_pictures(&edition.workspace.join("docs/src"), &pages)?;
    theme::write(edition, folder)
}

/// Returns the kernel that the lesson of a chapter's page needs.
fn needed_kernel(edition: &Edition, page: &Page) -> Result<Option<Version>> {
    let Some(number) = page.chapter else {
        return Ok(None);
    };
    let chapter = course::chapter(&edition.workspace, number)?;
    Ok(chapter.read()?.lesson.kernel)
}

fn summary(parts: &[Part]) -> String {
    let mut text = "# Summary\n".to_owned();
    for part in parts {
        text.push('\n');
        if let Some(title) = &part.title {
            text.push_str(&format!("# {title}\n\n"));
        }
        for page in &part.pages {
            let item = match (&part.title, page.is_below) {
                (None, _) => "",
                (Some(_), false) => "- ",
                (Some(_), true) => "  - ",
            };
            text.push_str(&format!("{item}{}\n", link(page)));
        }
    }
    text
}

/// Returns the link to a page. A lesson's has the number that `just chapter`
/// takes.
fn link(page: &Page) -> String {
    let title = &page.title;
    let title = match page.chapter {
        Some(number) if !page.is_below => format!("{number} · {title}"),
        _ => title.clone(),
    };
    format!("[{title}]({}.md)", page.name)
}

fn copy_pictures(from: &Path, to: &Path) -> Result<()> {
    let entries =
        fs::read_dir(from).with_context(|| from.display().to_string())?;
    let files = entries.flatten().map(|entry| entry.path());
    for file in files.filter(|it| it.extension() == Some(OsStr::new("svg"))) {
        let name = file.file_name().unwrap_or_default();
        fs::copy(&file, to.join(name))
            .with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// Writes a file, and its folder first.
fn put(file: &Path, text: String) -> Result<()> {
    let write = || {
        fs::create_dir_all(file.parent().unwrap_or(file))?;
        fs::write(file, text)
    };
    write().with_context(|| file.display().to_string())
}
