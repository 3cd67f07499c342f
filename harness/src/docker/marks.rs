//! Marks at the beginning of a row, `[before 26]` or `[since 28]`: the versions
//! of Docker that the row is about. All marks of a row must hold.

use crate::lesson::{Version, When};

/// Splits a text into its marks and the rest. The error is a mark with anything
/// but the number of a version.
pub(super) fn split(text: &str) -> Result<(Vec<When>, &str), String> {
    let mut marks = Vec::new();
    let mut rest = text;
    loop {
        let (word, version): (fn(Version) -> When, _) =
            if let Some(version) = rest.strip_prefix("[since ") {
                (|version| When::Since(None, version), version)
            } else if let Some(version) = rest.strip_prefix("[before ") {
                (|version| When::Before(None, version), version)
            } else {
                return Ok((marks, rest));
            };
        let (number, after) = version.split_once(']').unwrap_or((version, ""));
        marks.push(word(read(number).ok_or(number)?));
        rest = after.trim_start();
    }
}

/// Reads a version such as `26`, without leading zeros. The first number of
/// Docker's version is enough: 20.10 was the last version that began with 20.
fn read(number: &str) -> Option<Version> {
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let short = !number.is_empty() && !number.starts_with('0');
    (digits && short && number.parse::<u32>().is_ok())
        .then(|| Version::of(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_marks_of_a_row_count() {
        let (marks, rest) = split("[since 26] [before 28] any [x]").unwrap();
        assert_eq!(rest, "any [x]");
        let on =
            |release| marks.iter().all(|mark| mark.is_on(Version::of(release)));
        assert!(!on("20.10.24+dfsg1"));
        assert!(on("26.1.5+dfsg1") && on("27.0.0"));
        assert!(!on("28.5.2+dfsg4"));
        assert_eq!(split("any").unwrap(), (vec![], "any"));
    }

    #[test]
    fn a_mark_has_a_number_and_nothing_else() {
        for wrong in ["", "26.1", "026", "six", "26 ", "99999999999"] {
            let row = format!("[since {wrong}] any");
            assert_eq!(split(&row), Err(wrong.into()), "{row}");
        }
        assert_eq!(split("[before 26 any"), Err("26 any".into()));
    }
}
