//! What the C program `turns` prints: a line for each contender.

use anyhow::{Context, Result};

use super::rounds::Row;

/// Times and memory of all contenders.
pub(super) struct Answer {
    /// Times, in the order of the names.
    pub rows: Vec<Row>,
    /// Largest resident sets in KiB, in the same order.
    pub memory: Vec<Option<f64>>,
}

/// Reads the lines of one run.
pub(super) fn read(names: &[&str], lines: &[&str]) -> Result<Answer> {
    let mut rows = Vec::new();
    let mut memory = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let begin = format!("row {index} ");
        let mut all = lines.iter().filter_map(|it| it.strip_prefix(&*begin));
        let line = all.next();
        let line =
            line.with_context(|| format!("{name}: no row: {lines:?}"))?;
        let mut row = Row {
            name: (*name).to_owned(),
            samples: Vec::new(),
            missing: None,
        };
        if let Some(reason) = line.strip_prefix("failed ") {
            row.missing = Some(reason.to_owned());
            memory.push(None);
        } else {
            let mut words = line.split_ascii_whitespace();
            memory.push(Some(words.next().context("memory")?.parse()?));
            row.samples = words.map(str::parse).collect::<Result<_, _>>()?;
        }
        rows.push(row);
    }
    Ok(Answer { rows, memory })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_fails_has_a_reason_and_no_number() {
        let lines = [
            "[    1.0] a message of the kernel",
            "row 0 648 0.0010000 0.0020000",
            "row 1 failed /bin/false: wait status 0x100",
        ];
        let Answer { rows, memory } = read(&["true", "false"], &lines).unwrap();
        assert_eq!(rows[0].samples, [0.001, 0.002]);
        let reason = "/bin/false: wait status 0x100";
        assert_eq!(rows[1].missing.as_deref(), Some(reason));
        assert_eq!(memory, [Some(648.0), None]);
        assert!(read(&["true", "false", "third"], &lines).is_err());
    }
}
