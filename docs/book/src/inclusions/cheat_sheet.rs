//! The cheat sheet: the row of each lesson, in one table.

use reader::lesson::{Lesson, Part};

use super::course_text::CourseText;

/// Slug of the step that holds a lesson's row.
pub const STEP: &str = "what-you-know-now";

/// A lesson's row, and its heading.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Names of the columns.
    pub names: Vec<String>,
    /// The cells, as Markdown.
    pub cells: Vec<String>,
}

/// Returns the row of a lesson: the only one of the table in its last step but
/// one.
pub fn row(lesson: &Lesson) -> Option<Row> {
    let step = lesson.steps.iter().find(|step| step.slug == STEP)?;
    let prose = step.parts.iter().find_map(|part| match part {
        Part::Prose(prose) => Some(prose),
        _ => None,
    })?;
    let mut lines = prose.lines().filter(|line| line.starts_with('|'));
    let names = cells(lines.next()?);
    let cells = cells(lines.nth(1)?);
    let fits = names.len() == cells.len() && lines.next().is_none();
    fits.then_some(Row { names, cells })
}

/// Returns the cells of a table's line. A cell of the cheat sheet has no `|`.
fn cells(line: &str) -> Vec<String> {
    let inside = line.trim().trim_start_matches('|').trim_end_matches('|');
    inside.split('|').map(|it| it.trim().to_owned()).collect()
}

/// Returns the table of all rows, each with its chapter's number.
pub fn table(course: &CourseText) -> String {
    let mut lines = Vec::new();
    for chapter in &course.chapters {
        let Some(row) = row(&chapter.lesson) else {
            continue;
        };
        if lines.is_empty() {
            lines.push(format!("| {} |", row.names.join(" | ")));
            lines.push("|---".repeat(row.names.len()) + "|");
        }
        let number = chapter.link(&chapter.number.to_string());
        lines.push(format!("| {number} {} |", row.cells.join(" | ")));
    }
    // The class is that of the styles for paper: one sheet.
    let table = lines.join("\n");
    format!("<div class=\"cheat-sheet\">\n\n{table}\n\n</div>")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use reader::lesson::parse;

    use super::*;

    fn lesson(table: &str) -> Lesson {
        let text = format!("# T\n\n## What you know now\n\nIt.\n\n{table}\n");
        parse(Path::new("L.md"), &text).unwrap()
    }

    #[test]
    fn a_lesson_has_one_row() {
        let found = row(&lesson("| a | b |\n|---|---|\n| c | `d` |")).unwrap();
        assert_eq!(found.names, ["a", "b"]);
        assert_eq!(found.cells, ["c", "`d`"]);
        assert_eq!(row(&lesson("|a|b|\n|-|-|\n|c|d|\n|e|f|")), None);
        assert_eq!(row(&lesson("|a|b|\n|-|-|")), None);
    }
}
