//! A verdict on the screen: plain text of 80 columns, without meaning in
//! colours.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::path::Path;

use nix::sys::signal::Signal;
use tr::tr;

use super::mismatch::Mismatch;
use super::verdict::{CheckResult, GradedRun, Verdict};
use crate::terminal::columns::padded;
use language::wrap::{self, one_line};

/// Lines shown of an output or an expectation.
const MOST_LINES: usize = 12;

/// Columns of the screen.
const WIDTH: usize = 80;

/// Formats the runs, the checks and the feedback.
pub fn verdict(verdict: &Verdict) -> String {
    let mut text = String::new();
    for run in &verdict.runs {
        graded(&mut text, run);
    }
    if let Some(said) = &verdict.feedback {
        text.push('\n');
        text.push_str(&wrapped(&said.text, "  "));
    }
    text
}

fn graded(text: &mut String, run: &GradedRun) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\n  # {}", run.line);
    for check in &run.checks {
        let sign = match check.result {
            CheckResult::Holds => "✓",
            CheckResult::Fails(_) => "✗",
            CheckResult::NotSeen => "·",
        };
        let _ = writeln!(text, "    {sign} {}", check.what);
        if let CheckResult::Fails(mismatch) = &check.result {
            expected_and_got(text, mismatch);
        }
    }
    let failed = run
        .checks
        .iter()
        .any(|check| check.result != CheckResult::Holds);
    if failed {
        output(text, &tr!("it printed"), &run.printed);
        output(text, &tr!("it complained"), &run.complained);
        if let Some(status) = run.status {
            let _ = writeln!(text, "      {}", ending(status));
        }
    }
}

fn ending(status: u8) -> String {
    let signal = (status > 128)
        .then(|| Signal::try_from(i32::from(status) - 128).ok())
        .flatten();
    match signal {
        Some(Signal::SIGKILL) => tr!(
            "it ended with status {status}: SIGKILL, as when memory runs out",
            status
        ),
        Some(signal) => {
            tr!("it ended with status {status}: {signal}", status, signal)
        }
        None => tr!("it ended with status {status}", status),
    }
}

fn expected_and_got(text: &mut String, mismatch: &Mismatch) {
    for (name, lines) in [
        (tr!("expected"), &mismatch.expected),
        (tr!("got"), &mismatch.got),
    ] {
        for (index, line) in some_lines(lines).enumerate() {
            let name = if index == 0 { &*name } else { "" };
            let _ = writeln!(text, "        {}  {line}", padded(name, 8));
        }
    }
}

fn output(text: &mut String, name: &str, printed: &str) {
    if printed.trim().is_empty() {
        return;
    }
    let _ = writeln!(text, "      {name}:");
    for line in some_lines(printed) {
        let _ = writeln!(text, "      | {line}");
    }
}

/// Returns the first lines of a text, without control characters.
fn some_lines(text: &str) -> impl Iterator<Item = String> {
    let count = text.lines().count();
    let more = (count > MOST_LINES)
        .then(|| tr!("... ({count} more lines)", count = count - MOST_LINES));
    text.lines().take(MOST_LINES).map(harmless).chain(more)
}

/// Replaces control characters, and cuts the line after 200 characters.
pub fn harmless(line: &str) -> String {
    let plain: String = line
        .chars()
        .map(|c| {
            if c.is_control() && c != '\t' {
                '�'
            } else {
                c
            }
        })
        .collect();
    match plain.char_indices().nth(200) {
        Some((end, _)) => format!("{}...", &plain[..end]),
        None => plain,
    }
}

/// Returns a bar of the progress. The first exercise fills a cell, the last one
/// fills the last.
pub fn progress(solved: usize, all: usize) -> String {
    const CELLS: usize = 20;
    let filled = (solved * CELLS).checked_div(all).unwrap_or(0);
    let filled = filled.max(solved.min(1));
    let bar = "#".repeat(filled) + &"-".repeat(CELLS - filled);
    let solved = tr!("{solved} of {all} solved", solved, all);
    format!("[{bar}] {solved}")
}

/// Returns the shortest path of a file, as a link if standard output is a
/// terminal (OSC 8).
pub fn link(path: &Path) -> String {
    let shown = crate::course::shown_path(path).display().to_string();
    if !io::stdout().is_terminal() {
        return shown;
    }
    let address = std::path::absolute(path)
        .map(|path| file_address(&path))
        .unwrap_or_default();
    format!("\x1b]8;;{address}\x1b\\{shown}\x1b]8;;\x1b\\")
}

fn file_address(path: &Path) -> String {
    let host = nix::unistd::gethostname().unwrap_or_default();
    let mut address = format!("file://{}", host.to_string_lossy());
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
            address.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

/// Returns a line with a word in front: `  Check    just check 3.1`.
pub fn labelled(label: &str, text: &str) -> String {
    format!("  {} {text}\n", padded(label, 8))
}

/// Indents a text, and keeps its lines. A line that is too wide is wrapped.
pub fn indented(text: &str) -> String {
    let mut result = String::new();
    for line in text.trim_end().lines() {
        let spaces = line.len() - line.trim_start().len();
        let indent = &line[..spaces];
        for line in wrap::wrapped_with(line, WIDTH - 2, indent) {
            let line = if line.is_empty() {
                line
            } else {
                format!("  {line}")
            };
            result.push_str(&line);
            result.push('\n');
        }
    }
    result
}

/// Wraps a text to the screen, and keeps its paragraphs.
pub fn wrapped(text: &str, indent: &str) -> String {
    let mut result = String::new();
    for paragraph in text.trim().split("\n\n") {
        if !result.is_empty() {
            result.push('\n');
        }
        for line in wrap::wrapped(&one_line(paragraph), WIDTH - indent.len()) {
            result.push_str(format!("{indent}{line}").trim_end());
            result.push('\n');
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::verdict::{Checked, ChosenFeedback};

    fn shown(printed: &str) -> String {
        let check = |id: &str, result| Checked {
            id: id.to_owned(),
            what: format!("it is {id}"),
            result,
        };
        let mismatch = Mismatch {
            expected: "mnt: the machine's\nuts: the machine's".to_owned(),
            got: "mnt: target's\nuts: one of its own".to_owned(),
            absent: false,
        };
        let run = GradedRun {
            line: "join 25007 kemita".to_owned(),
            checks: vec![
                check("joined", CheckResult::Holds),
                check("kept", CheckResult::Fails(mismatch)),
                check("ended", CheckResult::NotSeen),
            ],
            printed: printed.to_owned(),
            complained: String::new(),
            status: Some(137),
        };
        let said = ChosenFeedback {
            id: Some("a".to_owned()),
            text: "One handle\nis asked for.".to_owned(),
        };
        verdict(&Verdict {
            runs: vec![run],
            feedback: Some(said),
            ..Verdict::default()
        })
    }

    #[test]
    fn a_verdict_says_what_was_expected_and_what_was_there() {
        insta::assert_snapshot!(shown("one\ntwo\n").trim(), @r"
        # join 25007 kemita
            ✓ it is joined
            ✗ it is kept
                expected  mnt: the machine's
                          uts: the machine's
                got       mnt: target's
                          uts: one of its own
            · it is ended
              it printed:
              | one
              | two
              it ended with status 137: SIGKILL, as when memory runs out

          One handle is asked for.
        ");
    }

    #[test]
    fn what_a_program_prints_neither_moves_the_cursor_nor_fills_the_screen() {
        let text = shown(&format!("\x1b[2J\u{7}a{}", "\nb".repeat(99)));
        assert!(!text.contains(['\x1b', '\u{7}']), "{text}");
        assert!(text.contains("... (88 more lines)"), "{text}");
        let text = shown(&"x".repeat(9999));
        assert!(
            text.lines().all(|line| line.chars().count() < 220),
            "{text}"
        );
    }
}
