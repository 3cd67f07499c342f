//! Fenced blocks of a page: what stands beside the language in a block's info
//! string is for us, not for a reader.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// Reason in an info string why a block's commands are not run and compared.
const NOT_RUN: &str = "not-run=\"";

/// A fenced block.
struct Fence {
    /// Bytes of the text.
    place: Range<usize>,
    info: String,
}

fn fences(text: &str) -> Vec<Fence> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES);
    let fences = events.into_offset_iter().filter_map(|(event, place)| {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event
        else {
            return None;
        };
        let info = info.to_string();
        Some(Fence { place, info })
    });
    fences.collect()
}

/// Returns a text whose blocks name nothing but their language.
pub fn with_languages_only(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut from = 0;
    for Fence { place, info } in fences(text) {
        let language = info.split_whitespace().next().unwrap_or_default();
        if let Some(at) = text[place.clone()].find(&info)
            && language.len() < info.len()
        {
            let at = place.start + at;
            written.push_str(&text[from..at + language.len()]);
            from = at + info.len();
        }
    }
    written + &text[from..]
}

/// Returns the lines, from 1, of console blocks that no run verifies and that
/// give no reason.
pub fn unverified(text: &str) -> Vec<usize> {
    let blocks = fences(text).into_iter().filter(|fence| {
        fence.info.split_whitespace().next() == Some("console")
            && !has_reason(&fence.info)
    });
    let line = |it: Fence| 1 + text[..it.place.start].matches('\n').count();
    blocks.map(line).collect()
}

fn has_reason(info: &str) -> bool {
    info.split_once(NOT_RUN)
        .and_then(|(_, rest)| rest.split_once('"'))
        .is_some_and(|(reason, _)| !reason.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_keeps_its_language_only() {
        let text = "a\n\n```console not-run=\"a b\"\n$ x\n```\n\n~~~\nb\n~~~\n";
        assert_eq!(
            with_languages_only(text),
            "a\n\n```console\n$ x\n```\n\n~~~\nb\n~~~\n"
        );
    }

    #[test]
    fn a_console_block_without_a_reason_is_unverified() {
        for (info, found) in [
            ("console", vec![3]),
            ("console not-run=\" \"", vec![3]),
            ("console not-run=\"on your computer\"", vec![]),
            ("text", vec![]),
        ] {
            let text = format!("a\n\n```{info}\n$ x\n```\n");
            assert_eq!(unverified(&text), found, "{info}");
        }
    }
}
