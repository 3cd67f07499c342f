//! Computes the lines of a difference.

use std::borrow::Cow;
use std::fmt;

use similar::{Algorithm, DiffTag, capture_diff_slices};
use tr::tr;

use crate::lesson::Expected;

/// Number of lines shown around a change.
const AROUND: usize = 3;

/// Line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// A line as expected.
    Same(String),
    /// An expected line that is missing.
    Expected(String),
    /// A line that is not expected.
    Got(String),
    /// This number of lines as expected, which are not shown.
    Hidden(usize),
}

impl fmt::Display for DiffLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same(text) => write!(f, "  {}", visible(text)),
            Self::Expected(text) => write!(f, "- {}", visible(text)),
            Self::Got(text) => write!(f, "+ {}", visible(text)),
            Self::Hidden(count) => write!(
                f,
                "  ({})",
                tr!("1 line as expected" | "{n} lines as expected" % *count)
            ),
        }
    }
}

/// Returns the difference between lines that do not match. Two lines are the
/// same if `key` makes the same text of both.
///
/// `similar` knows no ellipsis: it takes `...` for a missing line, and the
/// lines in the place of `...` for added ones. So neither is a difference.
pub fn lines<'a>(
    expected: &'a [Expected],
    actual: &[&'a str],
    key: impl Fn(&'a str) -> Cow<'a, str>,
) -> Vec<DiffLine> {
    let text: Vec<&str> = expected.iter().map(Expected::text).collect();
    let keys = |lines: &[&'a str]| -> Vec<Cow<'a, str>> {
        lines.iter().copied().map(&key).collect()
    };
    let wanted = keys(&text);
    let got = keys(actual);
    let mut lines = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &wanted, &got) {
        let (tag, wanted, got) = op.as_tag_tuple();
        let same = tag == DiffTag::Equal;
        if same {
            lines.extend(
                text[wanted].iter().map(|l| DiffLine::Same((*l).into())),
            );
        } else {
            change(&mut lines, &expected[wanted], &actual[got]);
        }
    }
    lines
}

/// Adds a place where lines are missing, or added, or both. An ellipsis stands
/// for the lines that remain after the expected lines around the ellipsis have
/// been paired with as many actual ones.
fn change(lines: &mut Vec<DiffLine>, expected: &[Expected], actual: &[&str]) {
    let elided = |line: &Expected| *line == Expected::Ellipsis;
    let Some(first) = expected.iter().position(elided) else {
        return replace(lines, expected, actual);
    };
    let (head, rest) = expected.split_at(first);
    let after = rest.iter().rposition(elided).map_or(0, |last| last + 1);
    let (middle, tail) = rest.split_at(after);

    let (got_head, got) = actual.split_at(head.len().min(actual.len()));
    let spare = got.len() - tail.len().min(got.len());
    let (got_middle, got_tail) = got.split_at(spare);
    replace(lines, head, got_head);
    if middle.iter().all(elided) {
        lines.push(DiffLine::Same("...".into()));
    } else {
        replace(lines, middle, got_middle);
    }
    replace(lines, tail, got_tail);
}

fn replace(lines: &mut Vec<DiffLine>, expected: &[Expected], actual: &[&str]) {
    lines.extend(expected.iter().map(|l| DiffLine::Expected(l.text().into())));
    lines.extend(actual.iter().map(|line| DiffLine::Got((*line).into())));
}

/// Counts the expected lines before the first change.
pub fn first_change(lines: &[DiffLine]) -> Option<usize> {
    lines
        .iter()
        .position(|line| !matches!(line, DiffLine::Same(_)))
}

/// Keeps the changes and a few lines around each.
pub fn shown(lines: &[DiffLine]) -> Vec<DiffLine> {
    let near = |n: usize| {
        let end = lines.len().min(n + AROUND + 1);
        let around = &lines[n.saturating_sub(AROUND)..end];
        around.iter().any(|line| !matches!(line, DiffLine::Same(_)))
    };
    let mut shown = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        match shown.last_mut() {
            _ if near(n) => shown.push(line.clone()),
            Some(DiffLine::Hidden(count)) => *count += 1,
            _ => shown.push(DiffLine::Hidden(1)),
        }
    }
    shown
}

/// Spells out the control characters of a text.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\t' {
                c.escape_default().to_string()
            } else {
                c.to_string()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the diff of two texts whose lines are single words.
    fn diff(expected: &str, actual: &str) -> String {
        let expected: Vec<_> = expected
            .split_whitespace()
            .map(|word| match word {
                "..." => Expected::Ellipsis,
                word => Expected::Line(word.into()),
            })
            .collect();
        let actual: Vec<_> = actual.split_whitespace().collect();
        let lines = shown(&lines(&expected, &actual, Cow::from));
        let lines: Vec<_> = lines.iter().map(DiffLine::to_string).collect();
        lines.join("\n")
    }

    #[test]
    fn a_changed_line_is_expected_and_got() {
        assert_eq!(diff("a b c", "a x c"), "  a\n- b\n+ x\n  c");
    }

    #[test]
    fn what_an_ellipsis_stands_for_is_no_difference() {
        assert_eq!(diff("a ... y z", "a b c y q"), "  a\n  ...\n  y\n- z\n+ q");
        assert_eq!(diff("a ... z", "x b c z"), "- a\n+ x\n  ...\n  z");
        assert_eq!(diff("a ... z", "a b c x"), "  a\n  ...\n- z\n+ x");
        assert_eq!(diff("a ... z", "x"), "- a\n+ x\n  ...\n- z");
    }

    #[test]
    fn a_line_that_is_missing_between_two_ellipses_shows_both_sides() {
        assert_eq!(diff("... m ...", "a b"), "- ...\n- m\n- ...\n+ a\n+ b");
    }

    #[test]
    fn far_from_a_change_lines_are_counted() {
        assert_eq!(
            diff("a b c d e f g", "a b c d e f x"),
            "  (3 lines as expected)\n  d\n  e\n  f\n- g\n+ x"
        );
    }

    #[test]
    fn control_characters_are_spelled_out() {
        assert_eq!(visible("a\x1b[1m\rb\tc"), "a\\u{1b}[1m\\rb\tc");
    }
}
