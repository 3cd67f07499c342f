//! The marked lines of the lessons: lines that some systems print and others do
//! not.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::course::{self, Chapter};

/// A line with a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// Number of the chapter.
    pub chapter: u32,
    /// Mark without its brackets, such as `since 6.6`.
    pub mark: String,
    /// The line without its mark.
    pub line: String,
}

/// Returns all marked lines in the order of the chapters: those of the lesson,
/// then those of its snapshots.
pub fn all(workspace: &Path) -> Result<Vec<Marked>> {
    let mut all = Vec::new();
    for chapter in course::chapters(workspace)? {
        for text in texts(&chapter)? {
            all.extend(of_text(chapter.number, &text));
        }
    }
    Ok(all)
}

fn texts(chapter: &Chapter) -> Result<Vec<String>> {
    let mut paths = vec![chapter.lesson_path()];
    let snapshots = fs::read_dir(chapter.snapshots()).into_iter().flatten();
    let mut snapshots: Vec<_> =
        snapshots.flatten().map(|entry| entry.path()).collect();
    snapshots.sort();
    paths.extend(snapshots);
    let read = |path: &std::path::PathBuf| {
        fs::read_to_string(path).with_context(|| path.display().to_string())
    };
    paths.iter().map(read).collect()
}

fn of_text(chapter: u32, text: &str) -> impl Iterator<Item = Marked> {
    text.lines().filter_map(move |line| {
        let rest = line.strip_prefix('[')?;
        let (mark, line) = rest.split_once(']')?;
        let is_one = mark.starts_with("since ") || mark.starts_with("before ");
        is_one.then(|| Marked {
            chapter,
            mark: mark.to_owned(),
            line: line.trim().to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_with_its_line_and_a_sentence_is_none() {
        let text = "a\n[before 6.6] b c\n[since] d\n[exit 1]\n[since 6.6]";
        let found: Vec<Marked> = of_text(3, text).collect();
        let marked = |mark: &str, line: &str| Marked {
            chapter: 3,
            mark: mark.into(),
            line: line.into(),
        };
        assert_eq!(
            found,
            [marked("before 6.6", "b c"), marked("since 6.6", "")]
        );
    }
}
