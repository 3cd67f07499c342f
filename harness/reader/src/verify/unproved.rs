//! Finds version marks that no run has shown to be needed: marks that make no
//! difference between the kernels, or the tools, with which a lesson was
//! played.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::compare::snapshots::HEADER_LINES;
use crate::course::LessonFile;
use crate::lesson::{Tool, Version, Versions, When, version};
use crate::snapshots::{self, SnapshotError};

/// A mark that holds with all of the versions, or with none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproved {
    path: PathBuf,
    line: usize,
    when: When,
    /// Versions of the kernels, or of the tool.
    versions: Vec<Version>,
}

impl fmt::Display for Unproved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.versions.iter().map(Version::to_string);
        let all: Vec<_> = all.collect();
        let (whose, advice) = match self.when.tool() {
            Some(tool) => (
                format!("versions of {}", tool.name()),
                "play it with a userland that shows it (MACHINE_USERLAND)",
            ),
            None => (
                "kernels".to_owned(),
                "fetch a kernel that shows it (just setup --kernel)",
            ),
        };
        write!(
            f,
            "{}:{}: `{}` makes no difference between the {whose} {}: take it \
             away, or {advice}",
            self.path.display(),
            self.line,
            self.when,
            all.join(", ")
        )
    }
}

impl Unproved {
    /// Whether a play on this kernel would show the difference, too.
    pub fn would_show_on(&self, kernel: Version, plays: &[Versions]) -> bool {
        let differs = |play| self.when.is_with(play) != self.when.is_on(kernel);
        self.when.tool().is_none() && plays.iter().all(differs)
    }
}

/// Returns the marks of a lesson and its snapshots that these plays do not
/// prove. A tool's mark is judged only if the plays' tools differ.
pub fn unproved(
    file: &LessonFile,
    plays: &[Versions],
) -> Result<Vec<Unproved>, SnapshotError> {
    let mut marks = Vec::new();
    for command in file.lesson.commands() {
        for (index, mark) in command.marks.iter().enumerate() {
            let line = command.mark_line(index);
            marks.push((file.path.clone(), line, mark.when));
        }
    }
    for step in &file.lesson.steps {
        let path = snapshots::path(&file.snapshots, step);
        marks.extend(marks_of(&path)?);
    }
    let differ = |play: &Versions| !play.have_the_same_tools(&plays[0]);
    let tools_differ = plays.iter().any(differ);
    let makes_none = |when: When| {
        let with = plays.iter().filter(|play| when.is_with(play)).count();
        // Stages are played elsewhere: `--machine ssh:HOST`.
        let judged =
            !when.is_about_stages() && (when.tool().is_none() || tools_differ);
        judged && (with == 0 || with == plays.len())
    };
    let unproved = marks.into_iter().filter(|(_, _, when)| makes_none(*when));
    Ok(unproved
        .map(|(path, line, when)| Unproved {
            path,
            line,
            when,
            versions: versions_of(when.tool(), plays),
        })
        .collect())
}

/// Returns each version once, in ascending order.
fn versions_of(tool: Option<Tool>, plays: &[Versions]) -> Vec<Version> {
    let all: BTreeSet<_> = plays.iter().map(|play| play.of(tool)).collect();
    all.into_iter().collect()
}

fn marks_of(path: &Path) -> Result<Vec<(PathBuf, usize, When)>, SnapshotError> {
    let text = snapshots::read(path)?.unwrap_or_default();
    let shown = crate::course::shown_path(path);
    let first = 1 + HEADER_LINES;
    let marks = version::marks(&text);
    Ok(marks
        .map(|(n, when)| (shown.clone(), first + n, when))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::parse;

    const LESSON: &str = "\
# T

## S

```console
host# a
[since util-linux 2.41] new
[before 6.6] old
```
";

    #[test]
    fn the_oldest_kernel_that_a_lesson_takes_may_show_a_difference() {
        let plays = [Versions::of_kernel("7.3"), Versions::of_kernel("7.2")];
        let shows = |when: &str| {
            let mark = Unproved {
                path: "README.md".into(),
                line: 1,
                when: version::marks(&format!("{when} a")).next().unwrap().1,
                versions: Vec::new(),
            };
            mark.would_show_on(Version::of("7.0"), &plays)
        };
        assert!(shows("[since 7.1]") && shows("[before 7.1]"));
        // No kernel that the lesson takes is on the other side.
        assert!(!shows("[since 7.0]") && !shows("[before 6.19]"));
    }

    fn played(kernel: &str, util_linux: &str) -> Versions {
        let mut versions = Versions::of_kernel(kernel);
        versions.hear(Tool::UtilLinux, util_linux);
        versions
    }

    fn said(plays: &[Versions]) -> Vec<String> {
        let file = LessonFile {
            number: None,
            path: "L.md".into(),
            snapshots: "none".into(),
            text: LESSON.to_owned(),
            lesson: parse(Path::new("L.md"), LESSON).unwrap(),
        };
        let unproved = unproved(&file, plays).unwrap();
        unproved.iter().map(Unproved::to_string).collect()
    }

    #[test]
    fn a_mark_is_proved_by_a_play_on_each_side_of_it() {
        let old = played("6.1.5", "2.38");
        let new = played("6.12.5", "2.41");
        assert_eq!(said(&[old, new]), [""; 0]);
    }

    #[test]
    fn a_tool_s_mark_is_judged_where_userlands_differ() {
        let one = [played("6.1.5", "2.38.1"), played("6.12.5", "2.38.1")];
        assert_eq!(said(&one), [""; 0]);
        let two = [played("6.1.5", "2.41.5"), played("6.12.5", "2.42.4")];
        let said = said(&two);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].starts_with(
                "L.md:7: `[since util-linux 2.41]` makes no difference \
                 between the versions of util-linux 2.41, 2.42: take it away"
            ),
            "{said:?}"
        );
    }

    #[test]
    fn a_kernel_s_mark_is_judged_always() {
        let said = said(&[played("6.1.5", "2.38"), played("6.1.5", "2.41")]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("the kernels 6.1: take it"), "{said:?}");
    }
}
