//! Finds the blocks of a Markdown file that have a meaning in a lesson.

use std::ops::Range;

use pulldown_cmark::{
    CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag,
};

/// A block and its bytes in the file, with its fences.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    pub kind: BlockKind<'a>,
    pub range: Range<usize>,
}

/// Kind of a block. Everything else is prose.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BlockKind<'a> {
    /// `# TEXT`.
    Title(&'a str),
    /// `## TEXT`.
    Step(&'a str),
    /// Fenced block, with the text after its opening fence.
    Fence(String),
    /// Fenced block that is indented or inside a list or quotation.
    NotAtMargin,
    /// Code block by indentation.
    Indented,
    /// HTML, including comments.
    Html,
}

/// Returns all blocks that are not prose, in order.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut depth = 0;
    let events = Parser::new_ext(text, Options::ENABLE_TABLES);
    for (event, range) in events.into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if let Some(kind) = kind(&tag, depth, text, &range) {
                    blocks.push(Block { kind, range });
                }
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    blocks
}

fn kind<'a>(
    tag: &Tag,
    depth: usize,
    text: &'a str,
    range: &Range<usize>,
) -> Option<BlockKind<'a>> {
    let words = heading_text(&text[range.clone()]);
    match tag {
        Tag::CodeBlock(CodeBlockKind::Indented) => Some(BlockKind::Indented),
        Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
            if at_margin(text, range) {
                Some(BlockKind::Fence(info.trim().into()))
            } else {
                Some(BlockKind::NotAtMargin)
            }
        }
        Tag::HtmlBlock if depth == 0 => Some(BlockKind::Html),
        Tag::Heading { level, .. } if depth == 0 => match level {
            HeadingLevel::H1 => Some(BlockKind::Title(words)),
            HeadingLevel::H2 => Some(BlockKind::Step(words)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a block begins in the first column.
fn at_margin(text: &str, range: &Range<usize>) -> bool {
    range.start == 0 || text.as_bytes()[range.start - 1] == b'\n'
}

/// Returns the text of a heading, without the characters that mark the heading.
fn heading_text(source: &str) -> &str {
    let source = source.trim();
    let Some(words) = source.strip_prefix('#') else {
        // Heading underlined with === or ---.
        return source.lines().next().unwrap_or_default().trim();
    };
    let words = words.trim_start_matches('#').trim();
    let unclosed = words.trim_end_matches('#');
    if unclosed.is_empty() || unclosed.ends_with([' ', '\t']) {
        unclosed.trim_end()
    } else {
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<BlockKind<'_>> {
        blocks(text).into_iter().map(|block| block.kind).collect()
    }

    #[test]
    fn a_heading_is_its_words() {
        let words = ["# A `b` c", "# A `b` c ##", "A `b` c\n===", "#  A `b` c"];
        for text in words {
            assert_eq!(kinds(text), [BlockKind::Title("A `b` c")], "{text}");
        }
        assert_eq!(kinds("## in C#"), [BlockKind::Step("in C#")]);
        assert_eq!(kinds("##"), [BlockKind::Step("")]);
        assert_eq!(kinds("### deeper"), []);
    }

    #[test]
    fn a_fence_counts_where_the_line_begins() {
        assert_eq!(
            kinds("```text x\n```\n"),
            [BlockKind::Fence("text x".into())]
        );
        for text in ["- ```a\n  ```\n", "> ```a\n", " ```a\n ```\n"] {
            assert_eq!(kinds(text), [BlockKind::NotAtMargin], "{text}");
        }
    }

    #[test]
    fn what_a_quotation_says_means_nothing() {
        assert_eq!(kinds("> # a\n> <!-- lesson\n"), []);
    }

    #[test]
    fn what_looks_like_a_heading_in_a_fence_is_none() {
        assert_eq!(kinds("```a\n# b\n```").len(), 1);
    }
}
