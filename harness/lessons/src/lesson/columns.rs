//! Compares lines without regard to column widths: each tool, and each version
//! of a tool, chooses its own widths. Words, numbers and their order count.

use std::borrow::Cow;

/// Characters between words: ls(1) fills its columns with either.
const BLANKS: [char; 2] = [' ', '\t'];

/// Whether two lines have the same words in the same order. The number of
/// blanks between two words does not count.
///
/// Blanks before the first word count, as in JSON, unless the first word
/// belongs to a right-aligned column: a number, a label for one, or a heading.
pub fn same(one: &str, other: &str) -> bool {
    one == other
        || (words(one).eq(words(other)) && margin(one) == margin(other))
}

/// Reduces a line to what [`same`] compares: two lines are the same if the
/// results are equal.
pub fn narrow(line: &str) -> Cow<'_, str> {
    if !line.starts_with(' ') && !line.contains("  ") && !line.contains('\t') {
        return line.into();
    }
    let mut narrow = margin(line).to_owned();
    for (n, word) in words(line).enumerate() {
        if n > 0 {
            narrow.push(' ');
        }
        narrow.push_str(word);
    }
    narrow.into()
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(BLANKS).filter(|word| !word.is_empty())
}

/// Returns the blanks before the first word, or nothing if they do not count.
fn margin(line: &str) -> &str {
    let first = words(line).next().unwrap_or_default();
    if is_at_a_right_edge(first) {
        ""
    } else {
        &line[..line.len() - line.trim_start_matches(BLANKS).len()]
    }
}

/// Whether this word ends a right-aligned column, whose width does not count.
fn is_at_a_right_edge(word: &str) -> bool {
    let is_number = word.starts_with(|c: char| c.is_ascii_digit());
    let is_heading = word.chars().all(|c| c.is_ascii_uppercase());
    let is_label = word.starts_with('<') || word.contains(":[");
    is_number || is_heading || is_label
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Compares in both ways, which have to agree.
    fn are_same(one: &str, other: &str) -> bool {
        let same = same(one, other);
        assert_eq!(same, narrow(one) == narrow(other), "{one:?} {other:?}");
        same
    }

    #[test]
    fn a_column_may_have_any_width() {
        for (one, other) in [
            ("0    4K", "0 4K"),
            ("        NS   PID COMMAND", "        NS PID COMMAND"),
            ("        NS PID", "NS PID"),
            ("   net:[A] net         1", " net:[A] net 1"),
            (" <web> root", "<web> root"),
            ("  12 x", "12 x"),
            ("a\tb", "a  b"),
            ("", ""),
        ] {
            assert!(are_same(one, other), "{one:?} {other:?}");
            assert!(are_same(other, one), "{one:?} {other:?}");
        }
    }

    #[test]
    fn words_numbers_order_and_indentation_count() {
        for (one, other) in [
            ("0    4K", "0 8K"),
            ("0 4K", "04K"),
            ("0 4K", "4K 0"),
            ("NS  PID", "NS  PPID"),
            ("a  b", "a"),
            ("a  b", "a  b  c"),
            ("    \"Id\": 1", "  \"Id\": 1"),
            ("  inet 10.0.0.1", "inet 10.0.0.1"),
            ("\ta", "a"),
            ("", "x"),
        ] {
            assert!(!are_same(one, other), "{one:?} {other:?}");
            assert!(!are_same(other, one), "{one:?} {other:?}");
        }
    }

    fn row() -> impl Strategy<Value = Vec<String>> {
        let word = prop::sample::select(vec![
            "0", "4K", "1", "10", "net", "NS", "PID", "root", "<web>",
            "net:[A]", "net:[B]", "{", "a",
        ]);
        prop::collection::vec(word.prop_map(str::to_owned), 0..6)
    }

    /// Lays out words in columns of these widths.
    fn wide(words: &[String], widths: &[usize]) -> String {
        let columns = words
            .iter()
            .zip(widths)
            .map(|(word, width)| format!("{word}{}", " ".repeat(*width)));
        columns.collect::<String>().trim_end().to_owned()
    }

    proptest! {
        #[test]
        fn equal_stays_equal_and_different_different(
            one in row(),
            other in row(),
            widths in prop::collection::vec(1usize..9, 6),
            others in prop::collection::vec(1usize..9, 6),
        ) {
            let lines = (wide(&one, &widths), wide(&other, &others));
            prop_assert_eq!(are_same(&lines.0, &lines.1), one == other);
        }
    }
}
