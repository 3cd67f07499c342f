//! Prose as a terminal shows it.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use termimad::crossterm::style::Attribute;
use termimad::{CompoundStyle, LineStyle, MadSkin};
use textwrap::{WordSeparator, WordSplitter};

use super::style::Looks;

/// Prose, wrapped to this width, every line ended.
pub fn prose(markdown: &str, width: usize, looks: Looks) -> String {
    let markdown = prepare(markdown);
    let skin = skin(looks);
    let blocks = markdown.split("\n\n").map(|b| b.trim_matches('\n'));
    let blocks = blocks.filter(|block| !block.is_empty());
    let blocks = blocks.map(|block| {
        if looks == Looks::Plain {
            // Backquotes and asterisks are the only emphasis there is.
            return wrap_lines(block, width);
        }
        if block.starts_with('|') {
            return skin.text(block, Some(width)).to_string();
        }
        wrap_lines(&skin.text(block, None).to_string(), width)
    });
    blocks.collect::<Vec<_>>().join("\n")
}

/// Each line wrapped by itself; the rest of a list's item stands below its
/// first word.
fn wrap_lines(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    for line in text.lines() {
        let own = line.trim_start();
        let number = own.trim_start_matches(|c: char| c.is_ascii_digit());
        let item = own.starts_with(['•', '*', '-'])
            || (number.len() < own.len() && number.starts_with(". "));
        let mark = own
            .find(' ')
            .filter(|_| item)
            .map_or(0, |bytes| own[..=bytes].chars().count());
        let indent = " ".repeat(line.len() - own.len() + mark);
        for line in wrapped_with(line, width, &indent) {
            wrapped.push_str(&line);
            wrapped.push('\n');
        }
    }
    wrapped
}

/// Words that are no Markdown, in lines of at most this width.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    wrapped_with(text, width, "")
}

/// Broken at spaces only, never in a path or an option. Escape sequences have
/// no width.
fn wrapped_with(text: &str, width: usize, indent: &str) -> Vec<String> {
    let options = textwrap::Options::new(width)
        .subsequent_indent(indent)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    let lines = textwrap::wrap(text, options).into_iter();
    lines.map(|line| line.trim_end().to_owned()).collect()
}

/// A heading's words without their Markdown.
pub fn words(markdown: &str) -> String {
    let mut words = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak => words.push(' '),
            _ => {}
        }
    }
    words
}

/// The lines between the fences of a block.
pub fn figure(markdown: &str) -> impl Iterator<Item = &str> {
    let count = markdown.lines().count();
    markdown.lines().take(count.saturating_sub(1)).skip(1)
}

/// Code is bold, as in a man page.
fn skin(looks: Looks) -> MadSkin {
    let mut skin = MadSkin::no_style();
    if looks != Looks::Plain {
        let bold = CompoundStyle::with_attr(Attribute::Bold);
        skin.inline_code = bold;
        skin.headers.fill(LineStyle::from(bold));
        skin.bold = bold;
        skin.italic = CompoundStyle::with_attr(Attribute::Italic);
    }
    skin
}

/// What termimad does not do: it takes every line for a paragraph, and shows
/// where a link leads and what is meant for machines.
fn prepare(markdown: &str) -> String {
    let mut edits: Vec<(Range<usize>, &str)> = Vec::new();
    let mut links: Vec<(Range<usize>, Option<Range<usize>>)> = Vec::new();
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    for (event, range) in parser.into_offset_iter() {
        if let Some((_, text)) = links.last_mut()
            && !matches!(event, Event::End(_))
        {
            let start = text.as_ref().map_or(range.start, |t| t.start);
            *text = Some(start..range.end);
        }
        match event {
            Event::SoftBreak => {
                let rest = &markdown[range.end..];
                let end = markdown.len() - rest.trim_start().len();
                edits.push((range.start..end, " "));
            }
            Event::Html(_) | Event::InlineHtml(_) => edits.push((range, "")),
            Event::Start(Tag::Link { .. }) => links.push((range, None)),
            Event::End(TagEnd::Link) => {
                if let Some((whole, Some(text))) = links.pop() {
                    edits.push((whole.start..text.start, ""));
                    edits.push((text.end..whole.end, ""));
                }
            }
            _ => {}
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut new = String::with_capacity(markdown.len());
    let mut copied = 0;
    for (range, with) in edits {
        if range.start >= copied {
            new.push_str(&markdown[copied..range.start]);
            new.push_str(with);
            copied = range.end;
        }
    }
    new.push_str(&markdown[copied..]);
    new.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_one_line_before_it_is_wrapped() {
        assert_eq!(
            prepare("one\ntwo `a\n  b` **c\nd**\n\nnext\nline\n"),
            "one two `a\n  b` **c d**\n\nnext line"
        );
        assert_eq!(prepare("- a\n  b\n- c"), "- a b\n- c");
    }

    #[test]
    fn a_link_is_its_text() {
        assert_eq!(
            prepare("see [the `ns` page](../x.md), and [more\nwords](y) now"),
            "see the `ns` page, and more words now"
        );
        assert_eq!(prepare("a [b] c <!-- not shown --> d"), "a [b] c  d");
    }

    #[test]
    fn prose_is_wrapped_and_its_marks_become_looks() {
        let text = prose("a **bold** `code`, word\nagain", 12, Looks::Mono);
        assert!(text.contains("\x1b[1mbold\x1b[0m"), "{text:?}");
        assert!(!text.contains('`') && !text.contains('*'), "{text:?}");
        assert!(text.contains("\x1b[0m,\nword again\n"), "{text:?}");
    }

    #[test]
    fn the_rest_of_an_item_stands_below_its_first_word() {
        let text = prose("- one two\n  three\n- `x`", 9, Looks::Mono);
        assert!(text.starts_with("• one two\n  three\n• "), "{text:?}");
        let text = prose("1. one two", 7, Looks::Plain);
        assert_eq!(text, "1. one\n   two\n");
    }

    #[test]
    fn paragraphs_stay_apart() {
        assert_eq!(prose("a\nb\n\n\nc", 9, Looks::Mono), "a b\n\nc\n");
    }

    #[test]
    fn a_table_is_drawn_as_wide_as_there_is_room() {
        let text = prose("|a|b|\n|-|-|\n|1|2|", 40, Looks::Mono);
        assert!(text.contains("│1  │2  │"), "{text}");
    }

    #[test]
    fn a_dumb_terminal_gets_the_markdown() {
        let text = prose("a **bold**\n`code`", 30, Looks::Plain);
        assert_eq!(text, "a **bold** `code`\n");
    }

    #[test]
    fn words_are_wrapped_as_they_are() {
        let lines = wrapped("a_b *c* (d) e", 9);
        assert_eq!(lines, ["a_b *c*", "(d) e"]);
    }

    #[test]
    fn a_heading_is_its_words() {
        assert_eq!(words("What `--net` *takes* away"), "What --net takes away");
    }

    #[test]
    fn a_figure_is_what_is_between_its_fences() {
        let lines: Vec<_> = figure("```text\na\n\nb\n```").collect();
        assert_eq!(lines, ["a", "", "b"]);
    }
}
