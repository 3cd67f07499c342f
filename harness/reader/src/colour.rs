//! Colours of a difference.

use crossterm::style::Stylize;

use crate::compare::Difference;
use crate::compare::diff::DiffLine;

/// Writes a difference. In colour, expected lines are red, and the machine's are
/// green.
pub fn difference(difference: &Difference, colour: bool) -> String {
    difference.render(|line, plain| match line {
        DiffLine::Expected(_) if colour => plain.red().to_string(),
        DiffLine::Got(_) if colour => plain.green().to_string(),
        _ => plain,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::compare::snapshot;
    use crate::lesson::Versions;

    #[test]
    fn colour_says_nothing_that_the_text_does_not() {
        crossterm::style::force_color_output(true);
        let path = Path::new("01-s.snap");
        let found = snapshot(path, "a\nb\n", &Versions::NONE, "a\nc\n");
        let found = found.unwrap_err();
        let coloured = difference(&found, true);
        assert!(coloured.contains("\x1b["));
        let mut plain = String::new();
        for (n, piece) in coloured.split('\x1b').enumerate() {
            let from = if n == 0 {
                0
            } else {
                piece.find('m').unwrap() + 1
            };
            plain.push_str(&piece[from..]);
        }
        assert_eq!(plain, difference(&found, false));
    }
}
