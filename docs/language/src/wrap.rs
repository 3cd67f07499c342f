//! Wraps words to lines, in a language with spaces or without.

use textwrap::core::{Word, display_width};
use textwrap::{WordSeparator, WordSplitter};
use unicode_linebreak::linebreaks;

/// End of a bold or of an italic text, which stays at its last word.
const CLOSING: [&str; 2] = ["\x1b[22m", "\x1b[23m"];

/// Wraps plain words to lines of at most this width.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    wrapped_with(text, width, "")
}

/// Wraps text at spaces, and between Chinese characters as Unicode's UAX 14
/// allows: never in a path or an option, never before a comma. Escape sequences
/// have no width.
pub fn wrapped_with(text: &str, width: usize, indent: &str) -> Vec<String> {
    let options = textwrap::Options::new(width)
        .subsequent_indent(indent)
        .word_separator(WordSeparator::Custom(words))
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    let lines = textwrap::wrap(text, options).into_iter();
    lines.map(|line| line.trim_end().to_owned()).collect()
}

/// Returns the word between two lines that become one: a space, or nothing
/// between Chinese characters.
pub fn between(before: &str, after: &str) -> &'static str {
    let last = before.trim_end().chars().next_back();
    let first = after.trim_start().chars().next();
    let both = last.is_some_and(is_wide) && first.is_some_and(is_wide);
    if both { "" } else { " " }
}

/// Makes one line of a paragraph.
pub fn one_line(paragraph: &str) -> String {
    paragraph.lines().fold(String::new(), |before, line| {
        if before.is_empty() {
            return line.trim().to_owned();
        }
        format!("{before}{}{}", between(&before, line), line.trim())
    })
}

fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let words = WordSeparator::AsciiSpace.find_words(line);
    Box::new(words.flat_map(|word| {
        let whole = word.word;
        let spaces = word.whitespace.len();
        let start = whole.as_ptr().addr() - line.as_ptr().addr();
        parts(&line[start..start + whole.len() + spaces])
    }))
}

/// Cuts a word with the spaces behind it where a wide character may begin or
/// end a line.
fn parts(word: &str) -> impl Iterator<Item = Word<'_>> {
    let mut from = 0;
    let mut ends = breaks(word);
    ends.push(word.len());
    ends.into_iter().map(move |end| {
        let part = &word[from..end];
        from = end;
        Word::from(part)
    })
}

/// Returns the places within a word where a line may end: the opportunities of
/// UAX 14 that touch a wide character.
fn breaks(word: &str) -> Vec<usize> {
    if word.is_ascii() {
        return Vec::new();
    }
    let (plain, places) = without_escapes(word);
    let opportunities = linebreaks(&plain).map(|(place, _)| place);
    let inner = opportunities.filter(|place| *place < plain.len());
    let touches = inner.filter(|place| {
        let before = plain[..*place].chars().next_back();
        let after = plain[*place..].chars().next();
        before.is_some_and(is_wide) || after.is_some_and(is_wide)
    });
    touches
        .map(|place| {
            let mut end = places[place];
            while let Some(mark) =
                CLOSING.iter().find(|mark| word[end..].starts_with(**mark))
            {
                end += mark.len();
            }
            end
        })
        .collect()
}

/// Returns a text without its escape sequences, and for each of its bytes the
/// place in the whole text at which the character before that byte ends.
fn without_escapes(text: &str) -> (String, Vec<usize>) {
    let mut plain = String::new();
    let mut places = vec![0];
    let mut escape = false;
    for (place, c) in text.char_indices() {
        escape |= c == '\x1b';
        if !escape {
            plain.push(c);
            places.resize(plain.len() + 1, place + c.len_utf8());
        }
        escape &= c != 'm';
    }
    (plain, places)
}

fn is_wide(c: char) -> bool {
    display_width(c.encode_utf8(&mut [0; 4])) == 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_wrapped_as_they_are() {
        let lines = wrapped("a_b *c* (d) e", 9);
        assert_eq!(lines, ["a_b *c*", "(d) e"]);
    }

    #[test]
    fn chinese_is_wrapped_between_its_characters_and_never_before_a_comma() {
        assert_eq!(wrapped("进程加入网络", 8), ["进程加入", "网络"]);
        assert_eq!(wrapped("进程加入，好", 8), ["进程加", "入，好"]);
        assert_eq!(wrapped("进程加（入）", 8), ["进程加", "（入）"]);
        assert_eq!(wrapped("进程是「入」", 8), ["进程是", "「入」"]);
    }

    #[test]
    fn a_path_and_an_option_stay_whole_beside_chinese() {
        assert_eq!(
            wrapped("打开 /proc/self/ns再用--net=host。", 16),
            ["打开", "/proc/self/ns再", "用--net=host。"]
        );
    }

    #[test]
    fn the_end_of_a_look_stays_at_its_last_word() {
        assert_eq!(
            wrapped("用\x1b[1mns\x1b[22m命名\x1b[1m空间\x1b[22m吧", 8),
            ["用\x1b[1mns\x1b[22m命名", "\x1b[1m空间\x1b[22m吧"]
        );
    }

    #[test]
    fn a_space_joins_lines_but_not_within_chinese() {
        assert_eq!(between("one", "two"), " ");
        assert_eq!(between("进程", "two"), " ");
        assert_eq!(between("进程，", "加入"), "");
    }

    fn words_of_both_languages() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            "[a-z]{1,8}[ 的]",
            " (/[a-z]{1,3}){1,2}[ 里]",
            "--[a-z]{1,6}[ 吗]",
            "[进程加入网络空间]{1,9}",
            "[进程][，。、！？：；）」]",
            "[（「][加入]",
            "\x1b\\[1m[空间a]{1,3}\x1b\\[22m",
            " ",
        ];
        prop::collection::vec(word, 0..30).prop_map(|all| all.concat())
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_is_lost(
            text in words_of_both_languages(), width in 40_usize..80
        ) {
            let lines = wrapped(&text, width);
            for line in &lines {
                prop_assert!(display_width(line) <= width, "{line:?}");
                let first = line.chars().next();
                let bad = first.is_some_and(|c| "，。、！？：；）」".contains(c));
                prop_assert!(!bad, "{lines:?}");
                prop_assert!(!line.ends_with(['（', '「']), "{lines:?}");
            }
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
