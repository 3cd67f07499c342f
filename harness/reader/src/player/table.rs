//! Draws a Markdown table.

use textwrap::core::display_width;

use crate::terminal::columns::padded;
use language::wrap::wrapped;

/// Smallest width of a column.
const NARROWEST: usize = 3;

/// Draws a table, no wider than `width` if its words allow that.
pub fn draw(markdown: &str, width: usize) -> String {
    let rows: Vec<Vec<String>> = markdown.lines().map(cells).collect();
    let widths = widths(&rows, width);
    let mut drawn = String::new();
    for (index, row) in rows.iter().enumerate() {
        match index {
            1 => drawn.push_str(&rule(&widths)),
            _ => drawn.push_str(&draw_row(row, &widths)),
        }
    }
    drawn
}

fn cells(line: &str) -> Vec<String> {
    let line = line.trim().replace("\\|", "\0");
    let line = line.strip_prefix('|').unwrap_or(&line);
    let line = line.strip_suffix('|').unwrap_or(line);
    let cells = line.split('|');
    cells.map(|it| it.trim().replace('\0', "|")).collect()
}

/// Returns the widths of the columns: each as wide as its widest cell. If the
/// table is too wide, the widest columns shrink.
fn widths(rows: &[Vec<String>], most: usize) -> Vec<usize> {
    let columns = rows.first().map_or(0, Vec::len);
    let mut widths = vec![NARROWEST; columns];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = display_width(cell).max(*width);
        }
    }
    while widths.iter().sum::<usize>() + columns + 1 > most {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => break,
        }
    }
    widths
}

fn rule(widths: &[usize]) -> String {
    let parts: Vec<_> = widths.iter().map(|width| "─".repeat(*width)).collect();
    format!("├{}┤\n", parts.join("┼"))
}

fn draw_row(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths);
    let cells: Vec<_> = cells.map(|(it, width)| wrapped(it, *width)).collect();
    let lines = cells.iter().map(Vec::len).max().unwrap_or(0);
    let mut drawn = String::new();
    for line in 0..lines {
        drawn.push('│');
        for (index, width) in widths.iter().enumerate() {
            let cell = cells.get(index).and_then(|lines| lines.get(line));
            let cell = cell.map_or("", String::as_str);
            drawn.push_str(&padded(cell, *width));
            drawn.push('│');
        }
        drawn.push('\n');
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_column_gives_way() {
        let table = "|one|two|\n|---|---|\n|1|a b c d|\n|a \\| b||";
        assert_eq!(
            draw(table, 12),
            "│one  │two │\n├─────┼────┤\n│1    │a b │\n│     │c d │\n\
             │a | b│    │\n"
        );
    }
}
