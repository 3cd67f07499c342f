//! Writes Markdown prose for a terminal.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::style::Looks;
use super::table;
use language::wrap::{between, wrapped_with};

/// Returns prose wrapped to this width; every line ends with a newline.
pub fn prose(markdown: &str, width: usize, looks: Looks) -> String {
    let markdown = prepare(markdown, looks);
    let blocks = markdown.split("\n\n").map(|b| b.trim_matches('\n'));
    let blocks = blocks.filter(|block| !block.is_empty());
    let blocks = blocks.map(|block| {
        if looks != Looks::Plain && block.starts_with('|') {
            return table::draw(block, width);
        }
        wrap_lines(block, width)
    });
    blocks.collect::<Vec<_>>().join("\n")
}

/// Wraps each line by itself. Later lines of a list's item are indented to its
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

/// Returns the words of a heading without Markdown.
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

/// Returns the lines between the fences of a block.
pub fn figure(markdown: &str) -> impl Iterator<Item = &str> {
    let count = markdown.lines().count();
    markdown.lines().take(count.saturating_sub(1)).skip(1)
}

/// Control sequences that replace marks: `ESC [` and a code of ECMA-48, "SGR".
const BOLD: (&str, &str) = ("\x1b[1m", "\x1b[22m");
const ITALIC: (&str, &str) = ("\x1b[3m", "\x1b[23m");

/// Joins each paragraph into one line, and removes what readers do not need:
/// targets of links, and HTML. Code becomes bold, as in a man page. A dumb
/// terminal keeps backquotes and asterisks, its only emphasis.
fn prepare(markdown: &str, looks: Looks) -> String {
    let mut edits = Edits::of(markdown, looks != Looks::Plain);
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
                let before = &markdown[..range.start];
                let after = &markdown[end..];
                edits.put(range.start..end, between(before, after));
            }
            Event::Html(_) | Event::InlineHtml(_) => edits.put(range, ""),
            Event::Start(Tag::Link { .. }) => links.push((range, None)),
            Event::End(TagEnd::Link) => {
                if let Some((whole, Some(text))) = links.pop() {
                    edits.put(whole.start..text.start, "");
                    edits.put(text.end..whole.end, "");
                }
            }
            Event::Code(_) => {
                let code = &markdown[range.clone()];
                let marks = code.len() - code.trim_start_matches('`').len();
                edits.open(range.start, marks, BOLD);
                edits.close(range.end - marks, marks, BOLD);
            }
            Event::Start(Tag::Strong) => edits.open(range.start, 2, BOLD),
            Event::End(TagEnd::Strong) => edits.close(range.end - 2, 2, BOLD),
            Event::Start(Tag::Emphasis) => {
                edits.asterisk(range.start);
                edits.open(range.start, 1, ITALIC);
            }
            Event::End(TagEnd::Emphasis) => {
                edits.asterisk(range.end - 1);
                edits.close(range.end - 1, 1, ITALIC);
            }
            Event::Start(Tag::Heading { .. }) => {
                let own = &markdown[range.clone()];
                let marks = own.trim_start_matches('#').trim_start();
                edits.open(range.start, own.len() - marks.len(), BOLD);
            }
            Event::End(TagEnd::Heading(_)) => {
                let own = markdown[range.clone()].trim_end();
                edits.close(range.start + own.len(), 0, BOLD);
            }
            Event::Start(Tag::Item) => edits.bullet(range.start),
            _ => {}
        }
    }
    edits.done().trim().to_owned()
}

/// A text, and replacements for parts of it.
struct Edits<'a> {
    text: &'a str,
    all: Vec<(Range<usize>, &'a str)>,
    /// Whether marks become bold or italic.
    looks: bool,
    /// Number of open marks for bold: only the end of the outermost ends the
    /// bold text.
    bold: usize,
}

impl<'a> Edits<'a> {
    fn of(text: &'a str, looks: bool) -> Self {
        let all = Vec::new();
        let bold = 0;
        Self {
            text,
            all,
            looks,
            bold,
        }
    }

    fn put(&mut self, place: Range<usize>, with: &'a str) {
        self.all.push((place, with));
    }

    /// Replaces the opening mark, `marks` bytes long, by the beginning of a
    /// look.
    fn open(&mut self, at: usize, marks: usize, look: (&'a str, &'a str)) {
        let outermost = look != BOLD || self.bold == 0;
        self.bold += usize::from(look == BOLD);
        self.mark(at, marks, if outermost { look.0 } else { "" });
    }

    /// Replaces the closing mark by the end of a look.
    fn close(&mut self, at: usize, marks: usize, look: (&'a str, &'a str)) {
        self.bold -= usize::from(look == BOLD);
        let outermost = look != BOLD || self.bold == 0;
        self.mark(at, marks, if outermost { look.1 } else { "" });
    }

    fn mark(&mut self, at: usize, marks: usize, with: &'a str) {
        if self.looks {
            self.put(at..at + marks, with);
        }
    }

    /// Replaces an underscore that stays visible by an asterisk, the mark of
    /// the lessons: translations use both.
    fn asterisk(&mut self, at: usize) {
        if !self.looks && self.text[at..].starts_with('_') {
            self.put(at..at + 1, "*");
        }
    }

    /// Replaces the mark of an item that has no number by a bullet.
    fn bullet(&mut self, at: usize) {
        if self.looks && self.text[at..].starts_with(['-', '*', '+']) {
            self.put(at..at + 1, "•");
        }
    }

    fn done(mut self) -> String {
        self.all.sort_by_key(|(range, _)| range.start);
        let mut new = String::with_capacity(self.text.len());
        let mut copied = 0;
        for (range, with) in self.all {
            if range.start >= copied {
                new.push_str(&self.text[copied..range.start]);
                new.push_str(with);
                copied = range.end;
            }
        }
        new.push_str(&self.text[copied..]);
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(markdown: &str) -> String {
        prepare(markdown, Looks::Plain)
    }

    #[test]
    fn a_paragraph_is_one_line_before_it_is_wrapped() {
        assert_eq!(
            plain("one\ntwo `a\n  b` **c\nd**\n\nnext\nline\n"),
            "one two `a\n  b` **c d**\n\nnext line"
        );
        assert_eq!(plain("- a\n  b\n- c"), "- a b\n- c");
    }

    #[test]
    fn a_link_is_its_text() {
        assert_eq!(
            plain("see [the `ns` page](../x.md), and [more\nwords](y) now"),
            "see the `ns` page, and more words now"
        );
        assert_eq!(plain("a [b] c <!-- not shown --> d"), "a [b] c  d");
    }

    #[test]
    fn prose_is_wrapped_and_its_marks_become_looks() {
        let text = prose("a **bold** `code`, word\nagain", 12, Looks::Mono);
        assert!(text.contains("\x1b[1mbold\x1b[22m"), "{text:?}");
        assert!(!text.contains('`') && !text.contains('*'), "{text:?}");
        assert!(text.contains("\x1b[22m,\nword again\n"), "{text:?}");
    }

    #[test]
    fn bold_within_bold_ends_with_the_outer_one() {
        let text = prose("**a `b` *c* d** e", 40, Looks::Mono);
        assert_eq!(text, "\x1b[1ma b \x1b[3mc\x1b[23m d\x1b[22m e\n");
        let text = prose("### ``x`y`` z\n\n1. one", 40, Looks::Mono);
        assert_eq!(text, "\x1b[1mx`y z\x1b[22m\n\n1. one\n");
    }

    #[test]
    fn an_underscore_is_an_asterisk() {
        let look = |text| prose(text, 40, Looks::Mono);
        assert_eq!(look("a _handle_ b"), look("a *handle* b"));
        assert_eq!(look("是 _句柄_。"), "是 \x1b[3m句柄\x1b[23m。\n");
        assert_eq!(plain("a _handle_ b"), "a *handle* b");
    }

    #[test]
    fn a_chinese_paragraph_is_wrapped_and_its_lines_are_joined_without_space() {
        let text = "进程是**命名空间**（`net`）的成员，\n这里没有空格。";
        assert_eq!(
            prose(text, 20, Looks::Mono),
            "进程是\x1b[1m命名空间\x1b[22m\n（\x1b[1mnet\x1b[22m）的成员，这里\n没有空格。\n"
        );
    }

    #[test]
    fn words_that_only_look_like_marks_stay() {
        let text = "a_b * c ** 2 < d";
        assert_eq!(prose(text, 40, Looks::Mono), format!("{text}\n"));
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
    fn a_heading_is_its_words() {
        assert_eq!(words("What `--net` *takes* away"), "What --net takes away");
    }

    #[test]
    fn a_figure_is_what_is_between_its_fences() {
        let lines: Vec<_> = figure("```text\na\n\nb\n```").collect();
        assert_eq!(lines, ["a", "", "b"]);
    }
}
