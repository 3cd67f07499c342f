//! The matrix of named processes and their namespaces.

use std::fmt;

use protocol::{Facts, Kind, Namespace};

use crate::labels::{Label, NamedProcess, Namer};
use crate::scene;

/// A table with a row for each named process and a column for each type of
/// namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// One row for each member, in the order of [`Namer::members`].
    pub rows: Vec<Row>,
}

/// One process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The process's name in the lesson.
    pub name: String,
    /// Whether the previous matrix has no row of this name.
    pub is_new: bool,
    /// The process's namespaces, in the order of [`Kind::ALL`].
    pub cells: [Cell; 8],
}

/// Membership of one process in one namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The namespace and its label; `None` if the process has ended meanwhile
    /// or the kernel has no such type.
    pub namespace: Option<(Namespace, Label)>,
    /// Whether the namespace differs from the one in the previous matrix; in a
    /// new row, whether it is not the initial one.
    pub changed: bool,
}

impl Matrix {
    /// Makes the matrix of the facts that the namer observed last.
    pub fn new(facts: &Facts, namer: &Namer) -> Self {
        let rows = namer.members().iter();
        Self {
            rows: rows.map(|member| row(member, facts, namer)).collect(),
        }
    }

    /// Marks the rows and cells that differ from the previous matrix.
    pub fn compare_with(&mut self, previous: &Self) {
        for row in &mut self.rows {
            let old = previous.rows.iter().find(|old| old.name == row.name);
            row.is_new = old.is_none();
            for (n, cell) in row.cells.iter_mut().enumerate() {
                let label = cell.label();
                cell.changed = match old {
                    Some(old) => label != old.cells[n].label(),
                    None => label != Some(Label::Initial),
                };
            }
        }
    }

    /// Returns the width of the column of names.
    pub fn name_width(&self) -> usize {
        let longest = self.rows.iter().map(|row| row.name.len()).max();
        longest.unwrap_or_default().max(10) + 2
    }
}

impl Cell {
    /// Returns the label of the namespace.
    pub fn label(&self) -> Option<Label> {
        self.namespace.map(|(_, label)| label)
    }
}

/// Writes the cell as the table of a snapshot has it.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&scene::cell(self.label()))
    }
}

fn row(member: &NamedProcess, facts: &Facts, namer: &Namer) -> Row {
    let process = facts.processes.iter().find(|p| p.pid == member.pid);
    let namespaces = process.map_or(&[][..], |p| &p.namespaces);
    let cell = |kind| {
        let found = namespaces.iter().find(|n| n.kind == kind);
        let namespace =
            found.and_then(|n| namer.label_of(*n).map(|label| (*n, label)));
        Cell {
            namespace,
            changed: false,
        }
    };
    Row {
        name: member.label.clone(),
        is_new: false,
        cells: Kind::ALL.map(cell),
    }
}
