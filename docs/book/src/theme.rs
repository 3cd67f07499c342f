//! What the pages' own scripts and styles need: their files, their words, and
//! data about each page.
//!
//! `docs/book/theme` has the style sheets and scripts. Each page loads them:
//! the scripts after `words.js`, which is made of [`words`]. Files in
//! `docs/book/theme/mdbook` take the place of mdBook's own.
//!
//! `index.hbs` among them is the frame of each page. mdBook's own frame has four
//! scripts in its text, and icons that fill half of a short page.
//!
//! **Invariant:** no page holds a script in its text, and none needs `eval` or
//! another host: a strict content security policy is possible.

mod words;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::edition::Edition;
use words::Words;

/// Folder of our style sheets and scripts, from the top of the repository.
const FOLDER: &str = "docs/book/theme";

/// Its style sheets, in the order in which a page loads them.
const STYLES: [&str; 6] = [
    "book.css",
    "menu.css",
    "console.css",
    "live.css",
    "search.css",
    "print.css",
];

/// Its scripts, in the order in which a page loads them: all others use the
/// first.
const SCRIPTS: [&str; 12] = [
    "page.js",
    "menu.js",
    "language.js",
    "copy.js",
    "expect.js",
    "machine.js",
    "live.js",
    "exercise.js",
    "reach.js",
    "find.js",
    "search.js",
    "print.js",
];

/// Scripts that a page needs before it is drawn: `index.hbs` names their places.
const EARLY: [&str; 2] = ["begin.js", "contents.js"];

/// The style of the steps' pictures.
const DIAGRAM: &str = "diagram.css";

/// The script with the words of a language.
const WORDS: &str = "words.js";

/// Folder of all these files, in the folder of a language.
const TO: &str = "course";

/// Returns the style sheets of each page, from the folder of a language.
pub fn styles() -> Vec<PathBuf> {
    let names = [DIAGRAM].into_iter().chain(STYLES);
    names.map(|name| Path::new(TO).join(name)).collect()
}

/// Returns the scripts of each page, from the folder of a language.
pub fn scripts() -> Vec<PathBuf> {
    let names = [WORDS].into_iter().chain(SCRIPTS);
    names.map(|name| Path::new(TO).join(name)).collect()
}

/// Writes the files of scripts and styles into the folder of a language.
pub(crate) fn write(edition: &Edition, folder: &Path) -> Result<()> {
    let to = folder.join(TO);
    let theme = edition.workspace.join(FOLDER);
    fs::create_dir_all(&to).with_context(|| to.display().to_string())?;
    for name in STYLES.iter().chain(&SCRIPTS) {
        copy(&theme.join(name), &to.join(name))?;
    }
    // mdBook copies files that it does not know from the folder of the pages.
    let early = folder.join("src").join(TO);
    fs::create_dir_all(&early).with_context(|| early.display().to_string())?;
    for name in EARLY {
        copy(&theme.join(name), &early.join(name))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_of_the_folder_is_loaded() {
        let folder = reader::course::workspace().join(FOLDER);
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|it| it.unwrap().path())
            .filter(|it| it.is_file())
            .map(|it| it.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        let all = STYLES.iter().chain(&SCRIPTS).chain(&EARLY);
        let mut loaded: Vec<_> = all.collect();
        files.sort();
        loaded.sort();
        assert!(loaded.into_iter().eq(&files), "{files:?}");
    }
}
