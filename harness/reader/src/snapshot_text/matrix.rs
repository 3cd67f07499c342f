//! Which named process is a member of which namespaces.

use std::fmt;

use protocol::{Facts, Kind, Namespace};

use crate::labels::{Label, Member, Namer};

/// The named processes, one a row, and their namespaces, one type a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// In the order of [`Namer::members`].
    pub rows: Vec<Row>,
}

/// One process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What the lesson calls it.
    pub name: String,
    /// The previous matrix has no row of this name.
    pub is_new: bool,
    /// Its namespaces, in the order of [`Kind::ALL`].
    pub cells: [Cell; 8],
}

/// One membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The namespace and its label; none if the process has ended meanwhile
    /// or the kernel has no such type.
    pub namespace: Option<(Namespace, Label)>,
    /// It was another one in the previous matrix; in a new row, it is not
    /// the initial one.
    pub changed: bool,
}

impl Matrix {
    /// Of the facts that the namer observed last.
    pub fn new(facts: &Facts, namer: &Namer) -> Self {
        let rows = namer.members().iter();
        Self {
            rows: rows.map(|member| row(member, facts, namer)).collect(),
        }
    }

    /// Marks what is not as it was.
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

    /// How wide the column of names is.
    pub fn name_width(&self) -> usize {
        let longest = self.rows.iter().map(|row| row.name.len()).max();
        longest.unwrap_or_default().max(10) + 2
    }
}

impl Cell {
    fn label(&self) -> Option<Label> {
        self.namespace.map(|(_, label)| label)
    }
}

/// `·` if it is the initial one, else its letter.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.label() {
            Some(Label::Initial) => f.pad("·"),
            Some(label) => label.fmt(f),
            None => f.pad("?"),
        }
    }
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.name_width();
        let kinds = Kind::ALL.map(Kind::name);
        writeln!(f, "{:width$}{}", "", kinds.join(" "))?;
        for row in &self.rows {
            let mut line = format!("{:width$}", row.name);
            for (kind, cell) in kinds.iter().zip(&row.cells) {
                line += &format!("{cell:^width$} ", width = kind.len());
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

fn row(member: &Member, facts: &Facts, namer: &Namer) -> Row {
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
