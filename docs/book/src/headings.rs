//! The headings of a page: their anchors are those of the English text in all
//! languages, so that a link and a change of language keep their place.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};

/// A heading of a Markdown text.
#[derive(Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 for the page's title.
    pub level: HeadingLevel,
    /// Words without markup.
    pub words: String,
    /// Bytes of the text that hold the heading: whole lines.
    pub place: Range<usize>,
}

/// Returns all headings of a text.
pub fn headings(text: &str) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    let mut open = false;
    for (event, place) in
        Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter()
    {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                open = true;
                let words = String::new();
                found.push(Heading {
                    level,
                    words,
                    place,
                });
            }
            Event::End(pulldown_cmark::TagEnd::Heading(_)) => open = false,
            Event::Text(words) | Event::Code(words) if open => {
                if let Some(heading) = found.last_mut() {
                    heading.words.push_str(&words);
                }
            }
            _ => {}
        }
    }
    found
}

/// Returns a text in which each heading below the title has the anchor that
/// code hosts give to that heading of the English text.
pub fn with_anchors(text: &str, english: &str) -> String {
    let anchors = anchors(english);
    let mut written = String::with_capacity(text.len());
    let mut from = 0;
    for (heading, anchor) in headings(text).iter().zip(&anchors) {
        let line = text[heading.place.clone()].trim_end();
        written.push_str(&text[from..heading.place.start]);
        written.push_str(line);
        if heading.level != HeadingLevel::H1 {
            written.push_str(&format!(" {{#{anchor}}}"));
        }
        from = heading.place.start + line.len();
    }
    written + &text[from..]
}

/// Returns the anchors of a text's headings, each different from all others.
pub fn anchors(text: &str) -> Vec<String> {
    let mut times: HashMap<String, usize> = HashMap::new();
    let mut anchor = |heading: Heading| {
        let anchor = anchor_of(&heading.words);
        let before = times.entry(anchor.clone()).or_default();
        *before += 1;
        match *before {
            1 => anchor,
            n => format!("{anchor}-{}", n - 1),
        }
    };
    headings(text).into_iter().map(&mut anchor).collect()
}

/// Returns the anchor that code hosts make of a heading's words.
fn anchor_of(words: &str) -> String {
    let lower = words.to_lowercase();
    let kept = lower.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
        _ => None,
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_translated_heading_has_the_english_anchor() {
        let english = "# A page\n\n## Why `x`?\n\ntext\n\n## Why `x`?\n";
        let chinese = "# 一页\n\n## 为什么 `x`？\n\n文\n\n## 为什么 `x`？\n";
        assert_eq!(
            with_anchors(chinese, english),
            "# 一页\n\n## 为什么 `x`？ {#why-x}\n\n文\n\n\
             ## 为什么 `x`？ {#why-x-1}\n"
        );
    }

    #[test]
    fn a_line_of_a_code_block_is_no_heading() {
        let text = "# A\n\n```sh\n## no\n```\n";
        assert_eq!(headings(text).len(), 1);
        assert_eq!(with_anchors(text, text), text);
    }
}
