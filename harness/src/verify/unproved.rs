//! A mark that makes no difference between the kernels a lesson was played on
//! says something nobody has seen.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Source;
use crate::compare::snapshots::{self, SnapshotError};
use crate::lesson::{Lesson, Version, When, version};

/// A mark that is on all of the kernels, or on none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproved {
    path: PathBuf,
    line: usize,
    when: When,
    kernels: Vec<Version>,
}

impl fmt::Display for Unproved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.kernels.iter().map(Version::to_string);
        let all: Vec<_> = all.collect();
        write!(
            f,
            "{}:{}: `{}` makes no difference between the kernels {}: take it \
             away, or fetch a kernel that shows it (just setup --kernel)",
            self.path.display(),
            self.line,
            self.when,
            all.join(", ")
        )
    }
}

/// The marks of a lesson and its snapshots that these kernels do not prove.
pub fn unproved(
    lesson: &Lesson,
    source: &Source,
    kernels: &[Version],
) -> Result<Vec<Unproved>, SnapshotError> {
    let mut marks = Vec::new();
    for command in lesson.commands() {
        for (index, mark) in command.marks.iter().enumerate() {
            let line = command.mark_line(index);
            marks.push((source.path.clone(), line, mark.when));
        }
    }
    for step in &lesson.steps {
        let path = snapshots::path(&source.snapshots, step);
        marks.extend(marks_of(&path)?);
    }
    let makes_none = |when: When| {
        let on = kernels.iter().filter(|kernel| when.is_on(**kernel));
        let on = on.count();
        on == 0 || on == kernels.len()
    };
    let unproved = marks.into_iter().filter(|(_, _, when)| makes_none(*when));
    Ok(unproved
        .map(|(path, line, when)| Unproved {
            path,
            line,
            when,
            kernels: kernels.to_vec(),
        })
        .collect())
}

fn marks_of(path: &Path) -> Result<Vec<(PathBuf, usize, When)>, SnapshotError> {
    let text = snapshots::read(path)?.unwrap_or_default();
    let shown = crate::course::shown_path(path);
    let first = 1 + snapshots::HEADER_LINES;
    let marks = version::marks(&text);
    Ok(marks
        .map(|(n, when)| (shown.clone(), first + n, when))
        .collect())
}
