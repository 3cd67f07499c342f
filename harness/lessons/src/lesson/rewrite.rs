//! Puts new output into the old text, for `just bless`.

use thiserror::Error;

use super::change::Replacement;
use super::console::LineKind;
use super::{Command, Versions, matches};

/// Output that cannot be written into a lesson, because it would be read as
/// something else.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "`{prompt} {input}` prints `{line}`, which means something else in a \
     lesson: let the command hide or change that line"
)]
pub struct Unwritable {
    /// Prompt of the command.
    pub prompt: String,
    /// The command.
    pub input: String,
    /// Printed line that cannot be written.
    pub line: String,
}

/// Returns the text with these changes made. They come from parsing this very
/// text, and do not overlap.
pub fn rewrite(text: &str, changes: &[Replacement]) -> String {
    let mut changes: Vec<_> = changes.iter().collect();
    changes.sort_by_key(|change| change.range.start);
    let mut new = String::with_capacity(text.len());
    let mut copied = 0;
    for Replacement { range, lines } in changes {
        new.push_str(&text[copied..range.start]);
        for line in lines {
            new.push_str(line);
            new.push('\n');
        }
        copied = range.end;
    }
    new + &text[copied..]
}

impl Command {
    /// Returns the change that puts the actual output and exit status into the
    /// file. Returns `None` if the file already matches: an ellipsis that fits
    /// stays, lines for other versions stay, and columns keep their widths.
    pub fn bless(
        &self,
        versions: &Versions,
        output: &str,
        status: u8,
    ) -> Result<Option<Replacement>, Unwritable> {
        let actual: Vec<_> = output.lines().map(str::trim_end).collect();
        let here = self.on(versions);
        let fits = matches(&here.expected, &actual);
        if fits && status == here.status {
            return Ok(None);
        }
        let mut lines: Vec<String> = if fits {
            here.expected
                .iter()
                .map(|line| line.text().into())
                .collect()
        } else {
            self.writable(&actual)?;
            actual.into_iter().map(Into::into).collect()
        };
        if status != 0 {
            lines.push(format!("[exit {status}]"));
        }
        Ok(Some(Replacement {
            range: self.output.clone(),
            lines,
        }))
    }

    fn writable(&self, lines: &[&str]) -> Result<(), Unwritable> {
        let wrong = lines.iter().enumerate().find(|(n, line)| {
            let fence = line.trim_start().starts_with("```")
                || line.trim_start().starts_with("~~~");
            let output = match LineKind::of(line) {
                LineKind::Output(_) => true,
                LineKind::Continuation(..) => *n > 0,
                _ => false,
            };
            fence || !output
        });
        wrong.map_or(Ok(()), |(_, line)| {
            Err(Unwritable {
                prompt: self.prompt(),
                input: self.input.clone(),
                line: line.to_string(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::lesson::parse;

    const NONE: &Versions = &Versions::NONE;

    const TEXT: &str = "\
# T

## S

```console
host# one
a
...
z
host# two
host# three
old
[exit 1]
```
";

    /// Returns the text after these outputs have been blessed, in order.
    fn blessed(outputs: [(&str, u8); 3]) -> String {
        let lesson = parse(Path::new("L.md"), TEXT).unwrap();
        let changes: Vec<_> = lesson
            .commands()
            .zip(outputs)
            .filter_map(|(command, (output, status))| {
                command.bless(NONE, output, status).unwrap()
            })
            .collect();
        rewrite(TEXT, &changes)
    }

    #[test]
    fn a_file_that_is_right_stays_as_it_is() {
        let outputs = [("a\nb\nz\n", 0), ("", 0), ("old\n", 1)];
        assert_eq!(blessed(outputs), TEXT);
    }

    #[test]
    fn new_output_and_status_take_the_place_of_the_old() {
        let text = blessed([("a\nz\n", 0), ("x\n\ny\n", 2), ("", 0)]);
        assert!(text.contains("...\nz\nhost# two\nx\n\ny\n[exit 2]\n"));
        assert!(text.ends_with("host# three\n```\n"), "{text}");
    }

    #[test]
    fn an_ellipsis_stays_only_while_the_lines_around_it_match() {
        let text = blessed([("a\nb\nc\n", 0), ("", 0), ("old\n", 1)]);
        assert!(text.contains("host# one\na\nb\nc\nhost# two\n"), "{text}");
        let text = blessed([("a\nz\n", 4), ("", 0), ("old\n", 1)]);
        assert!(text.contains("a\n...\nz\n[exit 4]\n"), "{text}");
    }

    #[test]
    fn blessing_twice_changes_nothing_the_second_time() {
        let outputs = [("q\n", 9), ("", 0), ("new\n\n", 0)];
        let once = blessed(outputs);
        let lesson = parse(Path::new("L.md"), &once).unwrap();
        for (command, (output, status)) in lesson.commands().zip(outputs) {
            assert_eq!(command.bless(NONE, output, status), Ok(None));
        }
    }

    #[test]
    fn output_that_would_read_as_something_else_is_refused() {
        let lesson = parse(Path::new("L.md"), TEXT).unwrap();
        let command = lesson.commands().next().unwrap();
        for line in [
            "host# x",
            "Host#",
            "...",
            "[exit 3]",
            "> x",
            "```",
            "[since 6.6] x",
        ] {
            let why = command.bless(NONE, line, 0).unwrap_err();
            assert_eq!(why.line, line);
        }
        assert!(command.bless(NONE, "a\n> x", 0).is_ok());
    }
}
