//! Rows of a step's snapshot: the book's answers, before the machine has run.

use protocol::Kind;

use super::types::Types;
use crate::compare::snapshots;
use crate::course::LessonFile;
use crate::lesson::{Step, Versions, version};

/// The named processes of a snapshot, each with the labels of its namespaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows(Vec<(String, Vec<String>)>);

impl Rows {
    /// Reads the snapshot of a step. `None` if there is none to read: another
    /// part of the player complains about that.
    pub(super) fn after(
        file: &LessonFile,
        step: &Step,
        versions: &Versions,
    ) -> Option<Self> {
        let path = snapshots::path(&file.snapshots, step);
        let text = snapshots::read(&path).ok().flatten()?;
        let lines = version::lines_on(&text, versions).into_iter();
        Some(Self::of(lines.map(|(_, line)| line)))
    }

    /// Reads the lines of the table, which ends with an empty line.
    fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let table = lines.skip(1).take_while(|line| !line.trim().is_empty());
        let rows = table.filter_map(|line| {
            let mut words = line.split_whitespace().map(str::to_owned);
            let name = words.next()?;
            let labels: Vec<_> = words.collect();
            (labels.len() == Kind::ALL.len()).then_some((name, labels))
        });
        Self(rows.collect())
    }

    /// Returns the labels of a process.
    pub(super) fn labels(&self, name: &str) -> Option<&[String]> {
        let row = self.0.iter().find(|(known, _)| known == name);
        row.map(|(_, labels)| labels.as_slice())
    }
}

/// Returns the types in which two rows differ.
pub(super) fn differing(one: &[String], other: &[String]) -> Types {
    Types::which(|kind| one.get(kind as usize) != other.get(kind as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_ends_where_the_networks_begin() {
        let text = "       cgroup ipc mnt net pid time user uts\n\
                    host     ·     ·   ·   ·   ·   ·    ·    ·\n\
                    web      ·     A   ·   A   ·   ·    ·    ·\n\n\
                    web: one two three four five six seven eight\n";
        let rows = Rows::of(text.lines());
        assert_eq!(rows.0.len(), 2);
        let [host, web] = ["host", "web"].map(|name| rows.labels(name));
        let types = differing(host.unwrap(), web.unwrap());
        assert!(types.iter().eq([Kind::Ipc, Kind::Net]));
    }
}
