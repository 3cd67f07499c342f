//! Snapshot files in insta's format: a header between two lines `---`, then the
//! text.

use crate::lesson::{Step, Versions, version};

/// Number of lines above the text in a file that the harness writes.
pub const HEADER_LINES: usize = 4;

/// Returns the name of a step's file, such as `02-join-it.snap`.
pub fn file_name(step: &Step) -> String {
    format!("{:02}-{}.snap", step.number, step.slug)
}

/// Returns the text of a file, or `None` if the file has no header.
pub fn text(contents: &str) -> Option<&str> {
    let (_, text) = contents.strip_prefix("---\n")?.split_once("\n---\n")?;
    Some(text.trim_end())
}

/// Returns the new text of a snapshot file whose text is `old`. If `old`
/// matches the facts with these versions, its lines for other versions stay.
pub fn with_marks<'a>(
    old: &'a str,
    versions: &Versions,
    facts: &'a str,
) -> &'a str {
    let here = version::lines_on(old, versions).into_iter().map(|(_, l)| l);
    if here.eq(facts.trim_end().lines()) {
        old
    } else {
        facts.trim_end()
    }
}
