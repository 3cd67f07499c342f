//! Reasons why a lesson cannot be played on.

use std::time::Duration;

use thiserror::Error;
use tr::tr;

use crate::labels;
use crate::lesson::Command;
use crate::machine::Failure;
use crate::playing::Misfit;

/// Reason why the rest of the lesson cannot be played.
#[derive(Debug, Error)]
pub enum Interruption {
    /// The machine has failed.
    #[error(transparent)]
    Machine(#[from] Failure),
    /// The lesson does not fit the machine: the lesson is wrong at this line.
    #[error(transparent)]
    Lesson(#[from] Misfit),
}

impl Interruption {
    pub(super) fn overdue(
        command: &Command,
        limit: Duration,
        printed: &str,
    ) -> Self {
        let reason = tr!(
            "`{command}` has not ended after {time} s; the machine is well",
            command = command.input,
            time = limit.as_secs()
        );
        Misfit::at(command, reason + &some_of(printed)).into()
    }

    pub(super) fn endless(
        command: &Command,
        limit: Duration,
        printed: &str,
    ) -> Self {
        let reason = tr!(
            "`{command}` prints without end, for {time} s by now; the machine \
             is well",
            command = command.input,
            time = limit.as_secs()
        );
        Misfit::at(command, reason + &some_of(printed)).into()
    }

    pub(super) fn too_much(command: &Command) -> Self {
        let reason = tr!(
            "`{command}` prints more than a lesson can hold",
            command = command.input
        );
        Misfit::at(command, reason).into()
    }
}

/// Number of first and of last lines that are shown of a command's output.
const FIRST: usize = 20;
const LAST: usize = 10;

/// Longest line that is shown, in characters.
const LONGEST: usize = 200;

/// Returns the output so far; of many lines only the first and the last.
fn some_of(printed: &str) -> String {
    if printed.is_empty() {
        return String::new();
    }
    let plain = labels::plain(printed);
    let mut lines: Vec<String> = plain.trim_end().lines().map(cut).collect();
    let left_out = lines.len().saturating_sub(FIRST + LAST);
    if left_out > 0 {
        let more = tr!("[{left_out} more lines]", left_out);
        lines.splice(FIRST..FIRST + left_out, [more]);
    }
    format!("\n{}\n{}", tr!("It has printed:"), lines.join("\n"))
}

/// Returns the beginning of a line that is too long.
fn cut(line: &str) -> String {
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}[...]", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_lines_some_are_shown() {
        let all: Vec<String> = (0..155_000).map(|n| n.to_string()).collect();
        let shown = some_of(&all.join("\n"));
        assert!(shown.lines().count() < 40);
        for word in ["\n0\n", "[154970 more lines]", "\n154999"] {
            assert!(shown.contains(word), "{shown}");
        }
        assert_eq!(some_of("a\nb\n"), "\nIt has printed:\na\nb");
        assert_eq!(some_of(""), "");
        assert!(some_of(&"x".repeat(1 << 20)).len() < 300);
    }
}
