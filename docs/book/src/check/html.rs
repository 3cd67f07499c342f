//! What mdBook has made: links and anchors, pictures, requests, and the size.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use language::Language;

use super::fault::Fault;
use crate::html::{self, Element, Piece};
use crate::links;
use crate::make::Book;

/// Largest size of the book, in bytes.
const LARGEST: u64 = 6_000_000;

/// What a check needs to know of a page.
#[derive(Default)]
struct Read {
    /// Values of `id`.
    ids: HashSet<String>,
    /// Those of headings, in order.
    headings: Vec<String>,
    /// Targets of `href` and `src` within the book.
    links: Vec<String>,
    faults: Vec<String>,
}

pub(super) fn faults(book: &Book) -> Result<Vec<Fault>> {
    let mut pages = BTreeMap::new();
    let mut faults = Vec::new();
    let files = files(&book.folder, Path::new(""))?;
    for file in &files {
        let path = book.folder.join(file);
        let read =
            || fs::read_to_string(&path).context(path.display().to_string());
        match file.extension().and_then(|it| it.to_str()) {
            Some("html") => {
                pages.insert(file.as_path(), read_page(&read()?));
            }
            Some("css") => faults.extend(of_style(file, &read()?)),
            _ => {}
        }
    }
    let all: HashSet<_> = files.iter().map(PathBuf::as_path).collect();
    for (file, page) in &pages {
        let own = page.faults.iter().cloned();
        let dead = page.links.iter().filter_map(|link| {
            let why = dead(file, link, &all, &pages)?;
            Some(format!("a link to {link}: {why}"))
        });
        faults.extend(own.chain(dead).map(|it| Fault::new(file.display(), it)));
    }
    faults.extend(other_headings(&pages));
    faults.extend(too_large(book.size()?));
    Ok(faults)
}

/// Returns all files below a folder of the book, from the top of the book.
fn files(book: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let path = book.join(folder);
    let entries =
        fs::read_dir(&path).with_context(|| path.display().to_string())?;
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let file = folder.join(entry.file_name());
        if entry.path().is_dir() {
            found.extend(files(book, &file)?);
        } else {
            found.push(file);
        }
    }
    found.sort();
    Ok(found)
}

fn read_page(page: &str) -> Read {
    let mut read = Read::default();
    for piece in html::pieces(page) {
        if let Piece::Start(element) = piece {
            read.element(&element);
        }
    }
    read
}

impl Read {
    fn element(&mut self, element: &Element) {
        let name = element.name.as_str();
        if let Some(id) = element.attribute("id") {
            if !self.ids.insert(id.to_owned()) {
                self.fault(format!("two elements have the id {id}"));
            }
            if matches!(name, "h2" | "h3" | "h4") {
                self.headings.push(id.to_owned());
            }
        }
        if name == "img" && element.attribute("alt").is_none() {
            let src = element.attribute("src").unwrap_or_default();
            self.fault(format!("the picture {src} has no alt=\"WORDS\""));
        }
        for attribute in ["href", "src", "srcset", "data"] {
            if let Some(target) = element.attribute(attribute) {
                self.target(name, target);
            }
        }
    }

    fn target(&mut self, name: &str, target: &str) {
        if is_of_another_host(target) {
            // A link waits for a click; all else is a request.
            if name != "a" {
                let what = format!("<{name}> asks another host for {target}");
                self.fault(format!("{what}: put the file into the book"));
            }
        } else if !target.contains(':') {
            self.links.push(target.to_owned());
        }
    }

    fn fault(&mut self, what: String) {
        self.faults.push(what);
    }
}

fn is_of_another_host(target: &str) -> bool {
    ["http:", "https:", "//"]
        .iter()
        .any(|it| target.trim_start().starts_with(it))
}

fn of_style(file: &Path, text: &str) -> Vec<Fault> {
    let urls = text.split("url(").skip(1);
    let urls = urls.map(|it| it.trim_start_matches(['"', '\'', ' ']));
    let imports = text.split("@import").skip(1);
    let imports = imports.map(|it| it.trim_start_matches(['"', '\'', ' ']));
    let foreign = urls.chain(imports).filter(|it| is_of_another_host(it));
    foreign
        .map(|it| {
            let end = it.find(['"', '\'', ')']).unwrap_or(it.len());
            let url = &it[..end];
            let what = format!("asks another host for {url}");
            Fault::new(file.display(), what)
        })
        .collect()
}

/// Returns the reason why a link leads nowhere.
fn dead(
    page: &Path,
    link: &str,
    files: &HashSet<&Path>,
    pages: &BTreeMap<&Path, Read>,
) -> Option<String> {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = page.parent().unwrap_or(Path::new(""));
    let target = match path {
        "" => page.to_owned(),
        path => links::normal(&folder.join(path)),
    };
    if !files.contains(target.as_path()) {
        return Some("there is no such file".into());
    }
    let to = pages.get(target.as_path())?;
    let is_there = anchor.is_empty() || to.ids.contains(anchor);
    (!is_there).then(|| "that page has no such heading".into())
}

/// Finds pages whose headings have other anchors in another language.
fn other_headings(pages: &BTreeMap<&Path, Read>) -> Vec<Fault> {
    let folder = Language::Chinese.tag();
    let mut faults = Vec::new();
    for (file, page) in pages {
        let translated = Path::new(folder).join(file);
        let what = match pages.get(translated.as_path()) {
            _ if file.starts_with(folder) => continue,
            None => "this page is in English only",
            Some(other) if other.headings != page.headings => {
                "its headings have other anchors than the English ones"
            }
            Some(_) => continue,
        };
        faults.push(Fault::new(translated.display(), what));
    }
    faults
}

fn too_large(size: u64) -> Option<Fault> {
    let what = format!("{size} bytes, and {LARGEST} are the most");
    (size > LARGEST).then(|| Fault::new("the book", what))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the faults of a book with these files.
    fn whats(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let folder = folder.path().to_owned();
        let found = faults(&Book { folder }).unwrap();
        found.iter().map(Fault::to_string).collect()
    }

    #[test]
    fn the_pages_of_this_repository_have_no_fault() {
        let target = tempfile::tempdir().unwrap();
        let workspace = reader::course::workspace();
        let book = crate::make::make(&workspace, target.path(), false).unwrap();
        let found = faults(&book).unwrap();
        let found: Vec<_> = found.iter().map(Fault::to_string).collect();
        assert_eq!(found, [""; 0]);
    }

    const OTHER: (&str, &str) = ("zh-CN/a.html", "<h2 id=x>x</h2>");

    #[test]
    fn a_good_book_has_no_fault() {
        let page = "<h2 id=x>x</h2><a href='#x'></a><a href='zh-CN/a.html#x'>\
                    </a><a href='https://example.com/'></a>\
                    <img alt='' src=b.svg>";
        assert_eq!(whats(&[("a.html", page), OTHER, ("b.svg", "")]), [""; 0]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_a_fault() {
        for (link, why) in [
            ("b.html", "there is no such file"),
            ("a.html#y", "that page has no such heading"),
            ("#y", "that page has no such heading"),
            ("zh-CN/a.html#y", "that page has no such heading"),
        ] {
            let page = format!("<h2 id=x>x</h2><a href='{link}'>a</a>");
            let found = whats(&[("a.html", &page), OTHER]);
            assert_eq!(found, [format!("a.html: a link to {link}: {why}")]);
        }
    }

    #[test]
    fn an_id_that_two_elements_have_is_a_fault() {
        let page = "<h2 id=x>x</h2><p id=x></p>";
        let found = whats(&[("a.html", page), OTHER]);
        assert_eq!(found, ["a.html: two elements have the id x"]);
    }

    #[test]
    fn a_picture_without_words_is_a_fault() {
        let page = "<h2 id=x>x</h2><img src=a.html>";
        let found = whats(&[("a.html", page), OTHER]);
        assert_eq!(found, ["a.html: the picture a.html has no alt=\"WORDS\""]);
    }

    #[test]
    fn a_request_to_another_host_is_a_fault() {
        for element in [
            "<script src='https://example.com/a.js'></script>",
            "<link rel=stylesheet href='//example.com/a.css'>",
            "<img alt='' src='http://example.com/a.png'>",
            "<source srcset='https://example.com/a.png'>",
        ] {
            let page = format!("<h2 id=x>x</h2>{element}");
            let found = whats(&[("a.html", &page), OTHER]);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains("asks another host"), "{found:?}");
        }
        for style in ["@import 'https://a.b/c.css'", "a{b:url(//a.b/c)}"] {
            let found = whats(&[("a.css", style)]);
            assert!(found[0].contains("asks another host"), "{found:?}");
        }
    }

    #[test]
    fn other_anchors_in_another_language_are_a_fault() {
        let page = "<h2 id=x>x</h2>";
        let found = whats(&[("a.html", page)]);
        assert_eq!(found, ["zh-CN/a.html: this page is in English only"]);
        let other = ("zh-CN/a.html", "<h2 id=y>x</h2>");
        let found = whats(&[("a.html", page), other]);
        assert!(found[0].contains("other anchors"), "{found:?}");
    }

    #[test]
    fn a_book_of_more_than_six_megabytes_is_a_fault() {
        assert_eq!(too_large(6_000_000), None);
        assert!(too_large(6_000_001).is_some());
    }
}
