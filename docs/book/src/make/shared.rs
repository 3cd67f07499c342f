//! Files that all languages have: styles, scripts, pictures. They stand once, at
//! the top of the book.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Attributes that name a file.
const ATTRIBUTES: [&str; 3] = ["href", "src", "srcset"];

/// Removes the files of a language that the top of the book has, too, and lets
/// its pages name those.
pub(super) fn once(book: &Path, language: &str) -> Result<()> {
    let folder = book.join(language);
    let mut shared = Vec::new();
    let mut pages = Vec::new();
    for name in files(&folder, Path::new(""))? {
        let file = folder.join(&name);
        if name.extension().is_some_and(|it| it == "html") {
            pages.push(file);
        } else if same(&file, &book.join(&name))? {
            fs::remove_file(&file)
                .with_context(|| file.display().to_string())?;
            // A folder goes with its last file.
            let _ = file.parent().map(fs::remove_dir);
            shared.push(name);
        }
    }
    for page in pages {
        let text = fs::read_to_string(&page)
            .with_context(|| page.display().to_string())?;
        fs::write(&page, above(&text, &shared))
            .with_context(|| page.display().to_string())?;
    }
    Ok(())
}

/// Returns all files below a folder, from the top of the language.
fn files(language: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let path = language.join(folder);
    let entries =
        fs::read_dir(&path).with_context(|| path.display().to_string())?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            found.extend(files(language, &name)?);
        } else {
            found.push(name);
        }
    }
    Ok(found)
}

fn same(file: &Path, other: &Path) -> Result<bool> {
    let read = |it: &Path| fs::read(it).context(it.display().to_string());
    Ok(other.exists() && read(file)? == read(other)?)
}

/// Returns a page that names these files in the folder above.
fn above(page: &str, shared: &[PathBuf]) -> String {
    let mut page = page.to_owned();
    for name in shared {
        let name = name.display();
        for attribute in ATTRIBUTES {
            let here = format!(" {attribute}=\"{name}\"");
            let there = format!(" {attribute}=\"../{name}\"");
            page = page.replace(&here, &there);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_both_languages_stands_once_and_another_twice() {
        let book = tempfile::tempdir().unwrap();
        let page = "<link href=\"css/a.css\"><script src=\"words.js\"></script>\
                    <img src=\"b.svg\"><a href=\"index.html\"></a>";
        for (name, text) in [
            ("css/a.css", "a"),
            ("words.js", "house"),
            ("b.svg", "b"),
            ("index.html", page),
            ("zh-CN/css/a.css", "a"),
            ("zh-CN/words.js", "房子"),
            ("zh-CN/b.svg", "b"),
            ("zh-CN/index.html", page),
        ] {
            let file = book.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        once(book.path(), "zh-CN").unwrap();
        assert!(!book.path().join("zh-CN/css").exists());
        let mut left = files(book.path(), Path::new("")).unwrap();
        left.sort();
        let left: Vec<_> = left.iter().filter_map(|it| it.to_str()).collect();
        assert_eq!(
            left,
            [
                "b.svg",
                "css/a.css",
                "index.html",
                "words.js",
                "zh-CN/index.html",
                "zh-CN/words.js",
            ]
        );
        let read = |name| fs::read_to_string(book.path().join(name)).unwrap();
        assert_eq!(read("index.html"), page);
        assert_eq!(
            read("zh-CN/index.html"),
            "<link href=\"../css/a.css\"><script src=\"words.js\"></script>\
             <img src=\"../b.svg\"><a href=\"index.html\"></a>"
        );
    }
}
