//! The messages of a Markdown text, and the text in another language.
//!
//! A message is a paragraph, a heading, a list item or a table cell, as
//! mdbook-i18n-helpers cuts a text. Code blocks are no messages, whatever they
//! hold: the text is cut around them first.

use std::ops::Range;

use anyhow::{Context, Result};
use language::Catalogue;
use mdbook_i18n_helpers::{
    extract_events, extract_messages, reconstruct_markdown, translate_events,
};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Returns all messages of a text, in order.
pub fn messages(text: &str) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for piece in pieces(text) {
        if let Piece::Prose(prose) = piece {
            let found = extract_messages(prose).context("Markdown")?;
            let found = found.into_iter().map(|(_, it)| it.message);
            all.extend(found.filter(|it| has_words(it)));
            let pictures = alternatives(prose);
            all.extend(pictures.into_iter().filter(|it| has_words(it)));
        }
    }
    Ok(all)
}

/// Returns the text with all messages that the catalogue has translated.
pub fn translated(text: &str, catalogue: &Catalogue) -> Result<String> {
    let Some(catalog) = catalogue.messages() else {
        return Ok(text.to_owned());
    };
    let mut written = Vec::new();
    for piece in pieces(text) {
        written.push(match piece {
            Piece::Code(code) => code.trim_end_matches('\n').to_owned(),
            Piece::Prose(prose) => {
                let events = extract_events(prose, None);
                let events = translate_events(&events, catalog)?;
                let (text, _) = reconstruct_markdown(&events, None)?;
                let text = text.trim_matches('\n');
                with_alternatives(text, prose, catalogue)
            }
        });
    }
    written.retain(|piece| !piece.is_empty());
    Ok(written.join("\n\n"))
}

/// Beginning of the words that stand for a picture of HTML.
const ALTERNATIVE: &str = "alt=\"";

/// Returns the words that stand for pictures of HTML.
fn alternatives(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (event, place) in
        Parser::new_ext(text, Options::all()).into_offset_iter()
    {
        if let Event::Html(_) | Event::InlineHtml(_) = event {
            let after = text[place].split(ALTERNATIVE).skip(1);
            let words = after.filter_map(|it| Some(it.split_once('"')?.0));
            found.extend(words.map(str::to_owned));
        }
    }
    found
}

/// Translates the words that stand for the pictures of an English text.
fn with_alternatives(
    text: &str,
    english: &str,
    catalogue: &Catalogue,
) -> String {
    let mut text = text.to_owned();
    for words in alternatives(english) {
        let translated = catalogue.translate(&words).replace('"', "&quot;");
        text = text.replace(
            &format!("{ALTERNATIVE}{words}\""),
            &format!("{ALTERNATIVE}{translated}\""),
        );
    }
    text
}

/// Tells whether a message has words to translate: not only code, numbers,
/// units and names with digits.
fn has_words(message: &str) -> bool {
    const UNITS: [&str; 9] =
        ["ms", "us", "µs", "ns", "KB", "MB", "GB", "kB", "MB/s"];
    let mut outside = true;
    let prose = message.split('`').filter(|_| {
        outside = !outside;
        !outside
    });
    let words = prose.flat_map(|text| text.split_whitespace());
    let mut words =
        words.map(|it| it.trim_matches(|c: char| c.is_ascii_punctuation()));
    words.any(|word| {
        let letters = word
            .chars()
            .all(|c| c.is_alphabetic() || "-'/’".contains(c));
        word.chars().count() > 1 && letters && !UNITS.contains(&word)
    })
}

/// A part of a text, cut at the code blocks that no list or quotation holds.
enum Piece<'a> {
    Prose(&'a str),
    Code(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for block in code_blocks(text) {
        pieces.push(Piece::Prose(&text[from..block.start]));
        from = block.end;
        pieces.push(Piece::Code(&text[block]));
    }
    pieces.push(Piece::Prose(&text[from..]));
    pieces
}

/// Returns the places of all code blocks at the top level, whole lines each.
fn code_blocks(text: &str) -> Vec<Range<usize>> {
    let mut depth = 0;
    let mut found = Vec::new();
    for (event, place) in
        Parser::new_ext(text, Options::all()).into_offset_iter()
    {
        match event {
            Event::Start(Tag::CodeBlock(_)) if depth == 0 => {
                let start =
                    text[..place.start].rfind('\n').map_or(0, |n| n + 1);
                found.push(start..place.end);
                depth += 1;
            }
            Event::Start(_) => depth += 1,
            Event::End(TagEnd::CodeBlock) | Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_block_is_no_message_even_with_a_quotation() {
        let text = "# Title\n\nOne\nline.\n\n```console\nhost# echo \"a\" # b\n```\n\nTwo.\n";
        assert_eq!(messages(text).unwrap(), ["Title", "One line.", "Two."]);
    }

    #[test]
    fn the_words_for_a_picture_are_a_message() {
        let text = "# Title\n\n<img src=\"a.svg\" alt=\"Three floors\">\n\n\
                    `<img alt=\"no words\">`\n";
        assert_eq!(messages(text).unwrap(), ["Title", "Three floors"]);
    }

    #[test]
    fn list_items_and_cells_are_messages() {
        let text = "* one\n* two\n\n| a | b |\n|---|---|\n| c | `d` |\n";
        let found = messages(text).unwrap();
        assert_eq!(found, ["one", "two"]);
    }

    #[test]
    fn numbers_and_code_are_no_messages() {
        for text in [
            "`host# one two`",
            "3.94 s",
            "73.6 ms",
            "115 µs",
            "6.1.0-48-cloud-amd64",
            "✓ 6",
        ] {
            assert_eq!(messages(text).unwrap(), [""; 0], "{text}");
        }
        assert_eq!(messages("own 7.2.22").unwrap(), ["own 7.2.22"]);
        assert_eq!(messages("see `a`").unwrap(), ["see `a`"]);
    }
}
