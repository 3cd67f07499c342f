//! The parts of a Markdown text that a translation keeps, in any order: code,
//! links, HTML. Code blocks keep their order too.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Everything in a Markdown text that no language changes.
#[derive(Default)]
struct Structure {
    code: Vec<String>,
    links: Vec<String>,
    html: Vec<String>,
    blocks: Vec<String>,
    emphases: usize,
}

impl Structure {
    fn of(text: &str) -> Self {
        let mut found = Self::default();
        let mut in_block = false;
        for event in Parser::new_ext(text, Options::empty()) {
            match event {
                Event::Start(Tag::CodeBlock(_)) => {
                    in_block = true;
                    found.blocks.push(String::new());
                }
                Event::End(TagEnd::CodeBlock) => in_block = false,
                Event::Text(line) if in_block => {
                    if let Some(block) = found.blocks.last_mut() {
                        block.push_str(&line);
                    }
                }
                Event::Code(code) => found.code.push(code.into_string()),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    found.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Emphasis | Tag::Strong) => {
                    found.emphases += 1;
                }
                Event::InlineHtml(html) | Event::Html(html) => {
                    found.html.push(html.into_string());
                }
                _ => {}
            }
        }
        found.code.sort();
        found.links.sort();
        found.html.sort();
        found
    }
}

/// Returns the differences between the structures of two Markdown texts.
pub(super) fn differences(message: &str, translation: &str) -> Vec<String> {
    let one = Structure::of(message);
    let other = Structure::of(translation);
    let mut found = Vec::new();
    compare("code", &one.code, &other.code, &mut found);
    compare("link", &one.links, &other.links, &mut found);
    compare("HTML", &one.html, &other.html, &mut found);
    if one.emphases != other.emphases {
        let more = other.emphases;
        let asked = one.emphases;
        found.push(format!("{more} emphases, and {asked} in the message"));
    }
    if one.blocks != other.blocks {
        found.push("a code block is not as in the message".to_owned());
    }
    found
}

/// Names the strings that only one of two sorted lists has.
fn compare(kind: &str, one: &[String], other: &[String], to: &mut Vec<String>) {
    let mut left = other.to_vec();
    for text in one {
        match left.iter().position(|it| it == text) {
            Some(place) => {
                left.remove(place);
            }
            None => to.push(format!("{kind} `{text}` is missing")),
        }
    }
    let more = left.iter();
    to.extend(more.map(|it| format!("{kind} `{it}` is not in the message")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_links_may_change_places_but_not_be_lost_or_doubled() {
        let message = "`a` and `b`: [here](x.md)";
        assert!(differences(message, "[这里](x.md)：`b` 和 `a`").is_empty());
        assert_eq!(
            differences(message, "[这里](y.md)：`a` 和 `a`"),
            [
                "code `b` is missing",
                "code `a` is not in the message",
                "link `x.md` is missing",
                "link `y.md` is not in the message",
            ],
        );
    }

    #[test]
    fn a_code_block_keeps_every_space() {
        let message = "Write:\n\n    a  b\n\nand run.";
        assert!(
            differences(message, "写：\n\n    a  b\n\n再运行。").is_empty()
        );
        assert_eq!(
            differences(message, "写：\n\n    a b\n\n再运行。"),
            ["a code block is not as in the message"],
        );
    }

    #[test]
    fn a_mark_between_chinese_characters_is_no_emphasis() {
        let message = "called a _handle_.";
        assert!(differences(message, "叫做 _句柄_。").is_empty());
        assert_eq!(
            differences(message, "叫做_句柄_。"),
            ["0 emphases, and 1 in the message"],
        );
    }
}
