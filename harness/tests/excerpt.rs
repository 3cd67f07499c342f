//! The part of a long text that a failed assertion shows.

/// Lines of the beginning, lines of the end, and characters of a line.
const FIRST: usize = 20;
const LAST: usize = 20;
const LONGEST: usize = 300;

/// A text of any length, in at most 41 lines.
pub fn excerpt(text: &str) -> String {
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| line.chars().take(LONGEST).collect())
        .collect();
    let left_out = lines.len().saturating_sub(FIRST + LAST);
    if left_out > 0 {
        let more = format!("[{left_out} more lines]");
        lines.splice(FIRST..FIRST + left_out, [more]);
    }
    lines.join("\n")
}

#[test]
fn of_a_text_of_any_length_the_beginning_and_the_end_are_shown() {
    let all: Vec<String> = (0..155_000).map(|n| n.to_string()).collect();
    let shown = excerpt(&all.join("\n"));
    assert_eq!(shown.lines().count(), 41);
    for word in ["0\n1\n", "\n[154960 more lines]\n", "\n154999"] {
        assert!(shown.contains(word), "{shown}");
    }
    assert_eq!(excerpt("one\ntwo"), "one\ntwo");
    assert_eq!(excerpt(&"x".repeat(1 << 20)).len(), LONGEST);
}
