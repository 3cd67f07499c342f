//! What the pages' own scripts and styles need: their files, their words, and
//! data about each page.
//!
//! `docs/book/theme` has `book.css` and `book.js`; each page loads them, after
//! `words.js`. Files in `docs/book/theme/mdbook` take the place of mdBook's own.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use language::Language;
use serde::Serialize;
use tr::tr;

use crate::edition::Edition;
use crate::pages::Page;

/// Style sheets of each page, in the folder of a language.
pub const STYLES: [&str; 1] = ["course/book.css"];

/// Scripts of each page, in the folder of a language, in this order.
pub const SCRIPTS: [&str; 2] = ["course/words.js", "course/book.js"];

/// Words that the scripts show, in one language: `window.bookWords`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Words {
    copy: String,
    copy_all: String,
    copied: String,
    search: String,
    nothing_found: String,
    expect: String,
    show: String,
    always_ask: String,
    other_language: String,
}

impl Words {
    fn new() -> Self {
        Self {
            copy: tr!("Copy the commands of {terminal}", terminal = "{}"),
            copy_all: tr!("Copy all commands"),
            copied: tr!("Copied"),
            search: tr!("Search"),
            nothing_found: tr!("Nothing found"),
            expect: tr!("What do you expect?"),
            show: tr!("Show the output"),
            always_ask: tr!("Hide outputs until I ask for them"),
            other_language: "中文".to_owned(),
        }
    }
}

/// Returns an element with data about a page, for the scripts.
pub fn data_of(edition: &Edition, page: &Page) -> String {
    let name = &page.name;
    let (other, tag) = match edition.language {
        Language::English => ("zh-CN/", Language::Chinese.tag()),
        Language::Chinese => ("../", Language::English.tag()),
    };
    let chapter = page.chapter.map(|it| format!(" data-chapter=\"{it}\""));
    format!(
        "<div id=\"page-data\" hidden data-page=\"{name}\"{} \
         data-other=\"{other}{name}.html\" data-other-language=\"{tag}\">\
         </div>\n\n",
        chapter.unwrap_or_default()
    )
}

/// Writes the files of scripts and styles into the folder of a language.
pub(crate) fn write(edition: &Edition, folder: &Path) -> Result<()> {
    let to = folder.join("course");
    fs::create_dir_all(&to).with_context(|| to.display().to_string())?;
    let theme = edition.workspace.join("docs/book/theme");
    for name in ["book.css", "book.js"] {
        let file = theme.join(name);
        fs::copy(&file, to.join(name))
            .with_context(|| file.display().to_string())?;
    }
    let words = serde_json::to_string(&Words::new())?;
    let file = to.join("words.js");
    fs::write(&file, format!("window.bookWords = {words};\n"))
        .with_context(|| file.display().to_string())
}
