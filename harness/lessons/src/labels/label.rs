//! Labels of namespaces, and the names that labels reserve.

use std::fmt;

/// Label of a namespace among those of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Label {
    /// The namespace of PID 1.
    Initial,
    /// Letter by order of appearance: 0 is A, 25 is Z, 26 is AA.
    Letter(u32),
}

impl Label {
    /// Reads the letters of a namespace that is not the initial one.
    pub fn from_letters(text: &str) -> Option<Self> {
        let digit = |c: u8| {
            let number = u32::from(c.wrapping_sub(b'A'));
            (number < 26).then_some(number + 1)
        };
        let mut sum: u32 = 0;
        for letter in text.bytes() {
            sum = sum.checked_mul(26)?.checked_add(digit(letter)?)?;
        }
        sum.checked_sub(1).map(Self::Letter)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Initial => f.pad("initial"),
            Self::Letter(number) => f.pad(&letters(*number)),
        }
    }
}

/// Writes a number to base 26 without a zero: A … Z, AA … ZZ, AAA ….
fn letters(number: u32) -> String {
    let last = char::from(b'A' + (number % 26) as u8);
    match number / 26 {
        0 => last.into(),
        more => letters(more - 1) + &last.to_string(),
    }
}

/// Whether `<NAME>` is a label of normalised output.
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
    fn letters_are_read_as_they_are_written() {
        for number in (0..2000).chain([u32::MAX - 1]) {
            let label = Label::Letter(number);
            assert_eq!(Label::from_letters(&label.to_string()), Some(label));
        }
        for wrong in ["", "a", "A ", "é", "[", "@", "ZZZZZZZZ"] {
            assert_eq!(Label::from_letters(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_of_normalised_output_are_taken() {
        assert!(["p1", "p20", "version"].into_iter().all(is_reserved));
        assert!(!["p", "pid", "web", "p1a"].into_iter().any(is_reserved));
    }
}
