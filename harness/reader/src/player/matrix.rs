//! Shows the namespaces after a step, and what has changed.

use protocol::Kind;
use tr::tr;

use super::identity::Names;
use super::style::{Line, Style, line};
use crate::snapshot_text::{Cell, Matrix};

/// Returns a table with a row for each process and a column for each type of
/// namespace, and a legend. Marks, not only colours, show the changes since
/// `before`.
pub fn matrix(after: &Matrix, before: &Matrix, names: &Names) -> Vec<Line> {
    let mut after = after.clone();
    after.compare_with(before);
    let ended: Vec<_> = before
        .rows
        .iter()
        .filter(|old| after.rows.iter().all(|row| row.name != old.name))
        .collect();
    let width = after.name_width().max(before.name_width());

    let kinds = Kind::ALL.map(|kind| format!("{kind} ")).concat();
    let mut lines = vec![line(format!("  {:width$}{kinds}", ""), Style::DIM)];
    for row in &after.rows {
        let mark = if row.is_new { "+ " } else { "  " };
        let name = format!("{:width$}", row.name);
        let mut line = line(mark, Style::BOLD);
        line.push(name, names.process(&row.name));
        for (kind, cell) in Kind::ALL.iter().zip(&row.cells) {
            push_cell(&mut line, cell, kind.name().len(), names);
        }
        lines.push(line);
    }
    for row in &ended {
        lines.push(line("- ", Style::BOLD).then(&row.name, Style::DIM));
    }
    let changed = after.rows.iter().flat_map(|row| &row.cells);
    let changed = changed.filter(|cell| cell.changed).count() > 0;
    let new = after.rows.iter().any(|row| row.is_new);
    lines.push(legend(changed, new, !ended.is_empty()));
    lines
}

/// Writes a letter in the middle of its column, and a mark to its right.
fn push_cell(line: &mut Line, cell: &Cell, width: usize, names: &Names) {
    let label = cell.to_string();
    let count = label.chars().count();
    let left = width.saturating_sub(count) / 2;
    let right = (width + 1).saturating_sub(left + count);
    line.push(" ".repeat(left), Style::PLAIN);
    let style = names.namespace(&label);
    if cell.changed {
        line.push(format!("{label}*"), style.bold());
        line.push(" ".repeat(right.saturating_sub(1)), Style::PLAIN);
    } else {
        line.push(label, style);
        line.push(" ".repeat(right), Style::PLAIN);
    }
}

fn legend(changed: bool, new: bool, ended: bool) -> Line {
    let mut all = vec![tr!("· initial")];
    if !(changed || new || ended) {
        all.push(tr!("no process moved in this step"));
    }
    all.extend(changed.then(|| tr!("* changed in this step")));
    all.extend(new.then(|| tr!("+ began in it")));
    all.extend(ended.then(|| tr!("- ended in it")));
    line(format!("  {}", all.join("   ")), Style::DIM)
}

#[cfg(test)]
mod tests {
    use protocol::Namespace;

    use super::*;
    use crate::labels::Label;
    use crate::snapshot_text::Row;

    /// Returns a process in namespace 0 of these types, and in the initial ones
    /// of the others.
    fn row(name: &str, moved: &[Kind]) -> Row {
        let cells = Kind::ALL.map(|kind| {
            let label = if moved.contains(&kind) {
                Label::Letter(0)
            } else {
                Label::Initial
            };
            let namespace = Namespace {
                kind,
                device: 4,
                inode: 1,
                cookie: 0,
            };
            Cell {
                namespace: Some((namespace, label)),
                changed: false,
            }
        });
        Row {
            name: name.into(),
            is_new: false,
            cells,
        }
    }

    fn shown(after: Vec<Row>, before: Vec<Row>) -> Vec<String> {
        let after = Matrix { rows: after };
        let before = Matrix { rows: before };
        let lines = matrix(&after, &before, &Names::default());
        lines
            .iter()
            .map(|l| l.text().trim_end().to_owned())
            .collect()
    }

    #[test]
    fn a_changed_namespace_and_a_new_process_are_marked() {
        let before = vec![row("host", &[])];
        let after = vec![row("host", &[Kind::Uts]), row("web", &[Kind::Net])];
        assert_eq!(
            shown(after, before),
            [
                "              cgroup ipc mnt net pid time user uts",
                "  host          ·     ·   ·   ·   ·   ·    ·    A*",
                "+ web           ·     ·   ·   A*  ·   ·    ·    ·",
                "  · initial   * changed in this step   + began in it",
            ]
        );
    }

    #[test]
    fn what_ended_is_named_and_what_stayed_has_no_mark() {
        let old = || row("host", &[Kind::Net]);
        assert_eq!(
            shown(vec![old()], vec![old(), row("host:web", &[])]),
            [
                "              cgroup ipc mnt net pid time user uts",
                "  host          ·     ·   ·   A   ·   ·    ·    ·",
                "- host:web",
                "  · initial   - ended in it",
            ]
        );
        let same = shown(vec![old()], vec![old()]);
        assert_eq!(same[2], "  · initial   no process moved in this step");
    }

    #[test]
    fn two_letters_and_a_mark_keep_the_columns() {
        let mut wide = row("host", &[]);
        for cell in &mut wide.cells {
            let namespace = cell.namespace.map(|(n, _)| (n, Label::Letter(30)));
            cell.namespace = namespace;
        }
        let lines = shown(vec![wide], vec![row("host", &[])]);
        assert_eq!(
            lines[1],
            "  host          AE*  AE* AE* AE* AE*  AE*  AE* AE*"
        );
    }

    #[test]
    fn it_fits_eighty_columns_with_long_names() {
        let name = "second:container:shell";
        for line in shown(vec![row(name, &[Kind::Net])], Vec::new()) {
            assert!(line.chars().count() < 80, "{line}");
        }
    }
}
