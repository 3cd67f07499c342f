//! Wraps words to lines.

use textwrap::{WordSeparator, WordSplitter};

/// Wraps plain words to lines of at most this width.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    wrapped_with(text, width, "")
}

/// Wraps text only at spaces, never in a path or an option. Escape sequences
/// have no width.
pub fn wrapped_with(text: &str, width: usize, indent: &str) -> Vec<String> {
    let options = textwrap::Options::new(width)
        .subsequent_indent(indent)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    let lines = textwrap::wrap(text, options).into_iter();
    lines.map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_as_they_are() {
        let lines = wrapped("a_b *c* (d) e", 9);
        assert_eq!(lines, ["a_b *c*", "(d) e"]);
    }
}
