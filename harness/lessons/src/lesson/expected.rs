//! Compares a command's expected output with its actual output.

use super::columns;

/// One line of expected output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// One line; the widths of its columns do not count.
    Line(String),
    /// `...`: any number of lines, even none.
    Ellipsis,
}

impl Expected {
    /// Returns the line as written in the lesson.
    pub fn text(&self) -> &str {
        match self {
            Self::Line(line) => line,
            Self::Ellipsis => "...",
        }
    }
}

/// Whether the actual lines match the expected ones.
///
/// The search never goes back: between two ellipses, the first place where the
/// lines fit is as good as any later one.
pub fn matches(expected: &[Expected], actual: &[&str]) -> bool {
    let mut pieces = expected.split(|line| *line == Expected::Ellipsis);
    // `split` yields at least one piece, which may be empty.
    let first = pieces.next().unwrap_or_default();
    let Some(last) = pieces.next_back() else {
        return fits(first, actual) && first.len() == actual.len();
    };
    if first.len() + last.len() > actual.len() {
        return false;
    }
    let (head, rest) = actual.split_at(first.len());
    let (mut middle, tail) = rest.split_at(rest.len() - last.len());
    for piece in pieces {
        let Some(place) =
            (0..=middle.len()).find(|&place| fits(piece, &middle[place..]))
        else {
            return false;
        };
        middle = &middle[place + piece.len()..];
    }
    fits(first, head) && fits(last, tail)
}

/// Whether `actual` begins with the lines of `piece`.
fn fits(piece: &[Expected], actual: &[&str]) -> bool {
    piece.len() <= actual.len()
        && piece
            .iter()
            .zip(actual)
            .all(|(line, got)| columns::same(line.text(), got))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn expect(lines: &[&str]) -> Vec<Expected> {
        lines
            .iter()
            .map(|line| match *line {
                "..." => Expected::Ellipsis,
                line => Expected::Line(line.into()),
            })
            .collect()
    }

    /// Defines a match, slowly and plainly: tries all possibilities.
    fn matches_by_trying_all(expected: &[Expected], actual: &[&str]) -> bool {
        match (expected, actual) {
            ([], rest) => rest.is_empty(),
            ([Expected::Ellipsis, more @ ..], rest) => (0..=rest.len())
                .any(|n| matches_by_trying_all(more, &rest[n..])),
            ([Expected::Line(line), more @ ..], [first, rest @ ..]) => {
                line == first && matches_by_trying_all(more, rest)
            }
            ([Expected::Line(_), ..], []) => false,
        }
    }

    #[test]
    fn without_an_ellipsis_every_line_counts() {
        assert!(matches(&expect(&["a", "b"]), &["a", "b"]));
        assert!(!matches(&expect(&["a", "b"]), &["a"]));
        assert!(!matches(&expect(&["a"]), &["a", "b"]));
        assert!(!matches(&expect(&[]), &["a"]));
        assert!(matches(&expect(&[]), &[]));
    }

    #[test]
    fn the_widths_of_columns_do_not_count() {
        assert!(matches(&expect(&["NS   PID", "1  a"]), &["NS PID", "1 a"]));
        assert!(!matches(&expect(&["NS   PID"]), &["NS PIE"]));
    }

    #[test]
    fn an_ellipsis_stands_for_any_number_of_lines_also_none() {
        for actual in [&["a", "z"][..], &["a", "b", "z"], &["a", "z", "z"]] {
            assert!(matches(&expect(&["a", "...", "z"]), actual));
        }
        assert!(matches(&expect(&["..."]), &[]));
        assert!(!matches(&expect(&["a", "...", "a"]), &["a"]));
    }

    proptest! {
        #[test]
        fn it_is_what_trying_all_possibilities_finds(
            expected in prop::collection::vec(
                prop::sample::select(vec!["a", "b", "..."]), 0..7),
            actual in prop::collection::vec(
                prop::sample::select(vec!["a", "b"]), 0..8),
        ) {
            let expected = expect(&expected);
            prop_assert_eq!(
                matches(&expected, &actual),
                matches_by_trying_all(&expected, &actual)
            );
        }
    }
}
