//! What the pages' own scripts and styles need: their files, their words, and
//! data about each page.
//!
//! `docs/book/theme` has the style sheets and scripts. Each page loads them:
//! the scripts after `words.js`. Files in `docs/book/theme/mdbook` take the place
//! of mdBook's own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use language::Language;
use serde::Serialize;
use tr::tr;

use crate::diagram;
use crate::edition::Edition;
use crate::pages::Page;

/// Folder of our style sheets and scripts, from the top of the repository.
const FOLDER: &str = "docs/book/theme";

/// Its style sheets, in the order in which a page loads them.
const STYLES: [&str; 1] = ["book.css"];

/// Its scripts, in the order in which a page loads them.
const SCRIPTS: [&str; 1] = ["book.js"];

/// The style of the steps' pictures.
const DIAGRAM: &str = "diagram.css";

/// The script with the words of a language.
const WORDS: &str = "words.js";

/// Folder of all these files, in the folder of a language.
const TO: &str = "course";

/// Returns the style sheets of each page, from the folder of a language.
pub fn styles() -> Vec<PathBuf> {
    let names = STYLES.iter().chain([&DIAGRAM]);
    names.map(|name| Path::new(TO).join(name)).collect()
}

/// Returns the scripts of each page, from the folder of a language.
pub fn scripts() -> Vec<PathBuf> {
    let names = [WORDS].into_iter().chain(SCRIPTS);
    names.map(|name| Path::new(TO).join(name)).collect()
}

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
    let to = folder.join(TO);
    let theme = edition.workspace.join(FOLDER);
    fs::create_dir_all(&to).with_context(|| to.display().to_string())?;
    for name in STYLES.iter().chain(&SCRIPTS) {
        copy(&theme.join(name), &to.join(name))?;
    }
    put(&to.join(DIAGRAM), diagram::STYLE)?;
    let words = serde_json::to_string(&Words::new())?;
    put(&to.join(WORDS), &format!("window.bookWords = {words};\n"))?;
    // mdBook looks for files that replace its own in a folder of this name.
    copy_all(&theme.join("mdbook"), &folder.join("theme"))
}

/// Copies a folder with all that is in it; an absent one is an empty one.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    if !from.exists() {
        return Ok(());
    }
    fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    let entries =
        fs::read_dir(from).with_context(|| from.display().to_string())?;
    for entry in entries.flatten() {
        let (file, to) = (entry.path(), to.join(entry.file_name()));
        if file.is_dir() {
            copy_all(&file, &to)?;
        } else {
            copy(&file, &to)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| from.display().to_string())?;
    Ok(())
}

fn put(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| file.display().to_string())
}
