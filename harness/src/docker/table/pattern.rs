//! Lines with holes: `{x}` is any text, the same on both sides of a row.

use regex::{Captures, Regex};

/// Returns the pattern for a line with holes. No line of `container` has a
/// single word in braces.
pub(super) fn of(words: &str) -> Regex {
    let holes = holes();
    let mut pattern = String::from("^");
    let mut end = 0;
    for hole in holes.captures_iter(words) {
        let place = hole.get_match();
        pattern += &regex::escape(&words[end..place.start()]);
        pattern += &format!("(?P<{}>.+?)", &hole[1]);
        end = place.end();
    }
    pattern += &regex::escape(&words[end..]);
    pattern.push('$');
    // The pattern is escaped text, and groups named in small letters.
    Regex::new(&pattern).expect("a valid pattern")
}

/// Fills the holes of a line with the texts that were found.
pub(super) fn filled(words: &str, found: &Captures) -> String {
    let fill = |hole: &Captures| {
        let text = found.name(&hole[1]).map(|text| text.as_str());
        text.unwrap_or(&hole[0]).to_owned()
    };
    holes().replace_all(words, fill).into_owned()
}

fn holes() -> Regex {
    Regex::new(r"\{([a-z]+)\}").expect("a valid pattern")
}
