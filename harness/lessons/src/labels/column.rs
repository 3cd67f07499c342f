//! Keeps the columns of a table aligned while words in it change their length.

/// A line whose words are replaced one after the other.
#[derive(Debug)]
pub(super) struct AlignedLine<'a> {
    source: &'a str,
    is_row: bool,
    copied: usize,
    new: String,
    /// Number of characters by which the new line is ahead of the old one.
    ahead: usize,
}

/// Alignment of a word in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alignment {
    /// The column begins with the word, as with text.
    Left,
    /// The column ends with the word, as with numbers, unless a gap follows.
    Right,
    /// The word belongs to no column.
    None,
}

impl<'a> AlignedLine<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            is_row: source.trim_start().contains("  "),
            copied: 0,
            new: String::with_capacity(source.len()),
            ahead: 0,
        }
    }

    /// Replaces the bytes `start..end` by `label`.
    pub(super) fn replace(
        &mut self,
        start: usize,
        end: usize,
        label: &str,
        alignment: Alignment,
    ) {
        self.copy_to(start);
        let in_column = self.is_row
            || self.source[..start].ends_with("  ")
            || self.source[..start] == *" ";
        let gap_behind = self.source[end..].starts_with("  ");
        let room = end - start;
        let spare = room.saturating_sub(width(label));
        let missing = width(label).saturating_sub(room);
        self.copied = end;
        if !in_column || alignment == Alignment::None {
            self.new.push_str(label);
            return;
        }
        if alignment == Alignment::Left || gap_behind {
            self.new.push_str(label);
            if gap_behind {
                self.push_spaces(spare);
            }
            self.ahead += missing;
        } else {
            self.push_spaces(spare);
            self.ahead += missing - self.eat_spaces(missing);
            self.new.push_str(label);
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.copy_to(self.source.len());
        self.new.truncate(self.new.trim_end().len());
        self.new
    }

    /// Copies text that stays, and drops spaces of its gaps while the line is
    /// ahead.
    fn copy_to(&mut self, end: usize) {
        for c in self.source[self.copied..end].chars() {
            if c == ' ' && self.ahead > 0 && self.new.ends_with(' ') {
                self.ahead -= 1;
            } else {
                self.new.push(c);
            }
        }
        self.copied = end;
    }

    fn push_spaces(&mut self, count: usize) {
        self.new.extend(std::iter::repeat_n(' ', count));
    }

    /// Removes up to `most` spaces from the end, but leaves one.
    fn eat_spaces(&mut self, most: usize) -> usize {
        let spaces = self.new.len() - self.new.trim_end_matches(' ').len();
        let eaten = most.min(spaces.saturating_sub(1));
        self.new.truncate(self.new.len() - eaten);
        eaten
    }
}

/// Returns the width of a label: its number of characters.
fn width(label: &str) -> usize {
    label.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Replaces the first number of a line by a label.
    fn put(source: &str, label: &str, alignment: Alignment) -> String {
        let start = source.find(char::is_numeric).unwrap();
        let digits = source[start..].chars().take_while(|c| c.is_numeric());
        let end = start + digits.count();
        let mut line = AlignedLine::new(source);
        line.replace(start, end, label, alignment);
        line.finish()
    }

    #[test]
    fn a_sentence_is_no_table() {
        let put = |source| put(source, "<p>", Alignment::Right);
        assert_eq!(put("process 12345 has"), "process <p> has");
        assert_eq!(put("   in 12345 has"), "   in <p> has");
        assert_eq!(put("12345"), "<p>");
    }

    #[test]
    fn a_shorter_number_keeps_its_right_edge() {
        let put = |source| put(source, "<p>", Alignment::Right);
        assert_eq!(put("  12345 a"), "    <p> a");
        assert_eq!(put(" 12345 a"), "   <p> a");
        assert_eq!(put("12345 a  b"), "  <p> a  b");
        assert_eq!(put("a 12345 b  c"), "a   <p> b  c");
    }

    #[test]
    fn before_a_gap_a_column_keeps_its_left_edge() {
        assert_eq!(put("12345  a", "<p>", Alignment::Right), "<p>    a");
        assert_eq!(put("12345  a", "<p>", Alignment::Left), "<p>    a");
        assert_eq!(put("a  12345 b", "<p>", Alignment::Left), "a  <p> b");
        assert_eq!(put("12345  a", "<p>", Alignment::None), "<p>  a");
    }

    #[test]
    fn a_longer_one_takes_spaces_but_for_one_before_it_and_then_behind_it() {
        let put = |source| put(source, "<longer>", Alignment::Right);
        assert_eq!(put("a     12345 b  c"), "a  <longer> b  c");
        assert_eq!(put("a  12345 b     c"), "a <longer> b   c");
        assert_eq!(put("a 12345 b  c  d"), "a <longer> b c d");
        assert_eq!(put("a 12345 b  c"), "a <longer> b c");
    }
}
