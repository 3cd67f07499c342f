//! table - columns, and ages, as docker prints them
//!
//! See: `docker ps`, `docker images`

use std::time::SystemTime;

use crate::output;

/// Prints columns, three blanks apart.
pub fn print<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) {
    let mut widths = [7; COLUMNS];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in rows {
        output::line(line(row, &widths).trim_end());
    }
}

/// A width of `format!` ends at 65535; a name may be longer.
fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        let blanks = 3 + width.saturating_sub(cell.chars().count());
        line += cell;
        line += &" ".repeat(blanks);
    }
    line
}

/// The age of a time, in one unit, the largest.
pub fn ago(time: &str) -> String {
    let time = humantime::parse_rfc3339(time).unwrap_or(SystemTime::UNIX_EPOCH);
    let elapsed = SystemTime::now().duration_since(time).unwrap_or_default();
    let seconds = elapsed.as_secs();
    let units = [
        (86400, "day"),
        (3600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let unit = units.into_iter().find(|(length, _)| seconds >= *length);
    let (length, unit) = unit.unwrap_or((1, "second"));
    let count = seconds / length;
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{s} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_longest_cell_however_long() {
        let long = "a".repeat(70_000);
        let widths = [7, long.len()];
        let short = line(&["ü".into(), "b".into()], &widths);
        assert_eq!(short.trim_end(), "ü         b");
        assert_eq!(short.chars().count(), 10 + 70_003);
        assert!(line(&["x".into(), long.clone()], &widths).contains(&long));
    }
}
