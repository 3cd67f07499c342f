//! Labels of namespaces, and the names that are taken.

use std::fmt;

/// Name of a namespace among those of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Label {
    /// Namespace of PID 1.
    Initial,
    /// Letter by order of appearance: 0 is A, 25 is Z, 26 is AA.
    Letter(u32),
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Initial => f.pad("initial"),
            Self::Letter(number) => f.pad(&letters(*number)),
        }
    }
}

/// A … Z, AA … ZZ, AAA …: numbers to base 26 without a zero.
fn letters(number: u32) -> String {
    let last = char::from(b'A' + (number % 26) as u8);
    match number / 26 {
        0 => last.into(),
        more => letters(more - 1) + &last.to_string(),
    }
}

/// Whether normalised output uses `<NAME>` for something of its own.
pub fn is_reserved(name: &str) -> bool {
    let counted = name.strip_prefix('p').is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit())
    });
    counted || matches!(name, "date" | "time" | "kernel" | "version" | "n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        let name = |n| Label::Letter(n).to_string();
        assert_eq!(
            [0, 25, 26, 51, 52, 701, 702].map(name),
            ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
        );
    }

    #[test]
    fn names_of_normalised_output_are_taken() {
        assert!(["p1", "p20", "version"].into_iter().all(is_reserved));
        assert!(!["p", "pid", "web", "p1a"].into_iter().any(is_reserved));
    }
}
