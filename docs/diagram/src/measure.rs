//! The widths of words, and their wrapping.
//!
//! Fonts differ: these widths leave room for the wider ones.

use unicode_width::UnicodeWidthStr;

/// Returns the width of a word of 11 units, in a font for text.
pub fn width(word: &str) -> i32 {
    columns(word) * 6
}

/// Returns the width of a name, in a font with letters of one width.
pub fn name_width(name: &str) -> i32 {
    columns(name) * 36 / 5 + 1
}

/// Returns the number of a terminal's columns: two for a Chinese character.
fn columns(text: &str) -> i32 {
    i32::try_from(text.width()).unwrap_or(i32::MAX / 100)
}

/// Wraps a process's name behind its colons, so that no line is wider than
/// `most`.
pub fn wrapped(name: &str, most: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in name.split_inclusive(':') {
        let joined = lines.last().map(|line| format!("{line}{part}"));
        match joined {
            Some(joined) if name_width(&joined) <= most => {
                lines.pop();
                lines.push(joined);
            }
            _ => lines.extend(cut(part, most)),
        }
    }
    lines
}

/// Cuts a word that is too wide.
fn cut(word: &str, most: i32) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in word.chars() {
        let last = pieces.last().cloned().unwrap_or_default();
        let longer = format!("{last}{c}");
        if last.is_empty() || name_width(&longer) <= most {
            pieces.pop();
            pieces.push(longer);
        } else {
            pieces.push(c.into());
        }
    }
    pieces
}
