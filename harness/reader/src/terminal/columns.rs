//! Text in columns, counted as a terminal counts them: a Chinese character takes
//! two.

use textwrap::core::display_width;

/// Returns a text with spaces behind it, at least this many columns wide.
pub fn padded(text: &str, columns: usize) -> String {
    let spaces = columns.saturating_sub(display_width(text));
    text.to_owned() + &" ".repeat(spaces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_takes_two_columns() {
        assert_eq!(padded("ok", 4) + "|", "ok  |");
        assert_eq!(padded("网卡", 6) + "|", "网卡  |");
        assert_eq!(padded("网卡", 3), "网卡");
    }
}
