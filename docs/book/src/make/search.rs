//! The data of the search: each section of each page, from its HTML.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::html::{self, Element, Piece};

/// Name of the script with the data, in the folder of a language.
const FILE: &str = "search-data.js";

/// Elements whose text is found nowhere: it is not the page's own, or stands
/// elsewhere in words.
const SILENT: [&str; 5] = ["figure", "footer", "script", "style", "svg"];

/// Elements that do not part two words.
const INLINE: [&str; 7] = ["a", "b", "code", "em", "span", "strong", "sup"];

/// A section: address, title of the page, title of the section, and text.
type Section = (String, String, String, String);

/// Writes the data of these pages, whose HTML is in this folder.
pub(super) fn write(folder: &Path, names: &[&str]) -> Result<()> {
    let mut all = Vec::new();
    for name in names {
        let page = format!("{name}.html");
        let file = folder.join(&page);
        let text = fs::read_to_string(&file)
            .with_context(|| file.display().to_string())?;
        all.extend(sections(&page, &text));
    }
    let data = serde_json::to_string(&all)?;
    let file = folder.join(FILE);
    fs::write(&file, format!("window.bookSearch = {data};\n"))
        .with_context(|| file.display().to_string())
}

/// Returns the sections of a page: its beginning, and one for each heading.
fn sections(page: &str, html: &str) -> Vec<Section> {
    let mut reading = Reading::default();
    reading.begin(page.to_owned());
    let main = |it: &Piece| matches!(it, Piece::Start(e) if e.name == "main");
    let end = |it: &Piece| *it == Piece::End("main".into());
    let pieces = html::pieces(html).into_iter();
    for piece in pieces.skip_while(|it| !main(it)).take_while(|it| !end(it)) {
        reading.read(page, piece);
    }
    let title = reading.title;
    let sections = reading.sections.into_iter();
    let sections = sections.filter(|it| !it.words.trim().is_empty());
    sections
        .map(|it| {
            let [title, section, words] =
                [&title, &it.title, &it.words].map(|it| it.trim().to_owned());
            (it.address, title, section, words)
        })
        .collect()
}

#[derive(Default)]
struct Reading {
    title: String,
    sections: Vec<Words>,
    /// Level of the heading that is being read.
    heading: Option<char>,
    /// Number of elements around this place whose text is not read.
    silent: usize,
}

/// Words of a section.
struct Words {
    address: String,
    title: String,
    words: String,
}

impl Reading {
    fn begin(&mut self, address: String) {
        self.sections.push(Words {
            address,
            title: String::new(),
            words: String::new(),
        });
    }

    fn read(&mut self, page: &str, piece: Piece) {
        if let Piece::Start(Element { name, .. }) | Piece::End(name) = &piece
            && !INLINE.contains(&name.as_str())
        {
            self.text(" ");
        }
        match piece {
            Piece::Start(element) => {
                self.silent += usize::from(is_silent(&element.name));
                self.heading = self.heading.or(level(&element.name));
                let id = element.attribute("id");
                if let (Some('2'..='6'), Some(id)) = (level(&element.name), id)
                {
                    self.begin(format!("{page}#{id}"));
                }
            }
            Piece::End(name) => {
                self.silent -= usize::from(is_silent(&name)).min(self.silent);
                if level(&name).is_some() {
                    self.heading = None;
                }
            }
            Piece::Text(text) if self.silent == 0 => self.text(&text),
            Piece::Text(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        let Some(section) = self.sections.last_mut() else {
            return;
        };
        let to = match self.heading {
            Some('1') => &mut self.title,
            Some(_) => &mut section.title,
            None => &mut section.words,
        };
        add(to, text);
    }
}

fn is_silent(name: &str) -> bool {
    SILENT.contains(&name)
}

fn level(name: &str) -> Option<char> {
    let level = name.strip_prefix('h')?.chars().next()?;
    (name.len() == 2 && ('1'..='6').contains(&level)).then_some(level)
}

/// Adds a text, with one blank for each run of white space.
fn add(to: &mut String, text: &str) {
    for c in text.chars() {
        if !c.is_whitespace() {
            to.push(c);
        } else if !to.is_empty() && !to.ends_with(' ') {
            to.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_heading_begins_a_section_with_the_text_of_commands() {
        let html = "<nav>no</nav><main><h1 id=t>The <b>page</b></h1>\
            <p>Before.</p><h2 id=one><a href=#one>One</a></h2>\
            <pre><code>host# <span>ls</span>\n\npid_for_children</code></pre>\
            <figure><svg>no</svg></figure><p>网卡</p></main><p>no</p>";
        let found = sections("a.html", html);
        let section = |address: &str, title: &str, words: &str| {
            let [a, t, w] = [address, title, words].map(str::to_owned);
            (a, "The page".to_owned(), t, w)
        };
        assert_eq!(
            found,
            [
                section("a.html", "", "Before."),
                section("a.html#one", "One", "host# ls pid_for_children 网卡"),
            ]
        );
    }
}
