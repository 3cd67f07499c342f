//! Links between files of the repository become links between pages. A file
//! that is no page stays as words.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

/// The pages, by the file that each comes from: a path from the top of the
/// repository, and the name of the page.
#[derive(Default)]
pub struct Pages(HashMap<PathBuf, String>);

impl Pages {
    /// Adds the page of a file.
    pub fn add(&mut self, file: &Path, page: &str) {
        self.0.insert(file.to_owned(), page.to_owned());
    }

    /// Tells whether there is a page of this name.
    pub fn has(&self, page: &str) -> bool {
        self.0.values().any(|it| it == page)
    }

    /// Returns a text of a file, with links that lead to pages.
    pub fn rewrite(&self, text: &str, file: &Path) -> String {
        let mut written = String::with_capacity(text.len());
        let mut from = 0;
        for link in links(text) {
            let Some(new) = self.link(text, &link, file) else {
                continue;
            };
            written.push_str(&text[from..link.place.start]);
            written.push_str(&new);
            from = link.place.end;
        }
        written + &text[from..]
    }

    /// Returns what stands in place of a link; `None` if it stays.
    fn link(&self, text: &str, link: &Link, file: &Path) -> Option<String> {
        if is_of_a_host(&link.target) || link.target.starts_with('#') {
            return None;
        }
        let source = &text[link.place.clone()];
        let words = source.rfind("](").map(|end| &source[1..end])?;
        let (path, anchor) = match link.target.split_once('#') {
            Some((path, anchor)) => (path, format!("#{anchor}")),
            None => (link.target.as_str(), String::new()),
        };
        let folder = file.parent().unwrap_or(Path::new(""));
        let Some(page) = self.0.get(&normal(&folder.join(path))) else {
            return Some(words.to_owned());
        };
        Some(format!("[{words}]({page}.html{anchor})"))
    }
}

/// Returns the files of the repository to which a text of a file links: the
/// target as it is written, and its path from the top.
pub fn files(text: &str, file: &Path) -> Vec<(String, PathBuf)> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let targets = links(text).into_iter().map(|it| it.target);
    let inside = targets.filter(|it| !is_of_a_host(it) && !it.starts_with('#'));
    inside
        .map(|target| {
            let path = target.split('#').next().unwrap_or_default();
            let path = normal(&folder.join(path));
            (target, path)
        })
        .collect()
}

/// A link in a Markdown text.
struct Link {
    /// Bytes of the text: `[words](target)`.
    place: Range<usize>,
    target: String,
}

fn links(text: &str) -> Vec<Link> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES);
    let links = events.into_offset_iter().filter_map(|(event, place)| {
        let Event::Start(Tag::Link {
            link_type: LinkType::Inline,
            dest_url,
            ..
        }) = event
        else {
            return None;
        };
        let target = dest_url.to_string();
        Some(Link { place, target })
    });
    links.collect()
}

/// Tells whether a target names a scheme: `https:`, `mailto:`.
fn is_of_a_host(target: &str) -> bool {
    target.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphabetic())
    })
}

/// Returns a path without `.` and `..`.
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_page_leads_there_and_one_to_a_source_file_is_words() {
        let mut pages = Pages::default();
        pages.add(Path::new("chapters/03-x/README.md"), "chapter-3");
        let file = Path::new("docs/src/a.md");
        for (text, expected) in [
            (
                "see [`x`](../../chapters/03-x/README.md#go).",
                "see [`x`](chapter-3.html#go).",
            ),
            ("[a `b`](../../Cargo.toml)", "a `b`"),
            (
                "[x](https://example.com/a.md)",
                "[x](https://example.com/a.md)",
            ),
            ("[x](#here)", "[x](#here)"),
            ("`[x](y.md)`", "`[x](y.md)`"),
        ] {
            assert_eq!(pages.rewrite(text, file), expected);
        }
    }
}
