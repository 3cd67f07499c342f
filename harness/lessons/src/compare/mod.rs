//! Compares a lesson with what the machine has done.
//!
//! # Layout
//!
//! * here: [`output`], [`program`] and [`snapshot`], each of which returns the
//!   [`Difference`] that it finds
//! * `diff`: the lines of a difference, `-` expected and `+` actual
//! * [`snapshots`]: the form of snapshot files

pub mod diff;
pub mod snapshots;

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::lesson::{
    Command, Expected, Function, Problem, Program, Versions, columns, matches,
    version,
};
use diff::DiffLine;
use tr::tr;

/// A place where the lesson and the machine differ, for a person to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// File with the expected text.
    pub path: PathBuf,
    /// First line of the file that differs, from 1.
    pub line: usize,
    /// Subject of the comparison: a command with its prompt, a function of a
    /// program, or a step's facts.
    pub subject: String,
    lines: Vec<DiffLine>,
    /// Exit status, expected and actual, if the two differ.
    status: Option<(u8, u8)>,
}

/// Compares a command's normalised output and exit status with the lesson in
/// the file `path`, for these versions.
pub fn output(
    path: &Path,
    command: &Command,
    versions: &Versions,
    output: &str,
    status: u8,
) -> Result<(), Difference> {
    let actual: Vec<_> = output.lines().map(str::trim_end).collect();
    let here = command.on(versions);
    let fits = matches(&here.expected, &actual);
    if fits && status == here.status {
        return Ok(());
    }
    let first = command.output_line();
    let lines = if fits {
        Vec::new()
    } else {
        diff::lines(&here.expected, &actual, columns::narrow)
    };
    let line = match diff::first_change(&lines) {
        Some(number) => {
            let place = here.places.get(number).copied();
            first + place.unwrap_or(command.expected.len())
        }
        None if here.status == 0 => command.line,
        None => first + command.expected.len(),
    };
    Err(Difference {
        path: path.into(),
        line,
        subject: format!("{} {}", command.prompt(), command.input),
        lines,
        status: (status != here.status).then_some((here.status, status)),
    })
}

/// Compares a function shown in the lesson `path` with the function as it was
/// found in its own file.
pub fn program(
    path: &Path,
    program: &Program,
    found: Result<Function, Problem>,
) -> Result<(), Difference> {
    let file = program.path(path);
    let name = tr!(
        "fn {function} of {file}",
        function = program.function,
        file = file.display()
    );
    let difference = |line, subject, lines| Difference {
        path: path.into(),
        line,
        subject,
        lines,
        status: None,
    };
    let found = found
        .map_err(|why| difference(program.line, why.to_string(), vec![]))?;
    if found.lines == program.shown {
        return Ok(());
    }
    let shown = program.shown.iter().cloned().map(Expected::Line);
    let shown: Vec<_> = shown.collect();
    let lines: Vec<_> = found.lines.iter().map(String::as_str).collect();
    let lines = diff::lines(&shown, &lines, Cow::from);
    let first = diff::first_change(&lines).unwrap_or_default();
    let from = found.line;
    let to = found.line + found.lines.len() - 1;
    let advice = tr!("just bless copies it into the lesson");
    let subject = tr!(
        "{name}, lines {from} to {to}: {advice}",
        name,
        from,
        to,
        advice
    );
    Err(difference(program.line + 1 + first, subject, lines))
}

/// Compares a step's facts with its snapshot file `path`, for these versions.
/// Every blank counts, because no tool has made the table.
pub fn snapshot(
    path: &Path,
    expected: &str,
    versions: &Versions,
    actual: &str,
) -> Result<(), Difference> {
    let expected = expected.trim_end();
    let actual = actual.trim_end();
    let (places, here): (Vec<usize>, Vec<&str>) =
        version::lines_on(expected, versions).into_iter().unzip();
    let actual: Vec<_> = actual.lines().collect();
    if here == actual {
        return Ok(());
    }
    let here: Vec<_> = here
        .into_iter()
        .map(|line| Expected::Line(line.into()))
        .collect();
    let lines = diff::lines(&here, &actual, Cow::from);
    let first = diff::first_change(&lines).unwrap_or_default();
    let after_all = expected.lines().count();
    let first = places.get(first).copied().unwrap_or(after_all);
    Err(Difference {
        path: path.into(),
        line: 1 + snapshots::HEADER_LINES + first,
        subject: tr!("what the kernel holds after this step"),
        lines,
        status: None,
    })
}

impl Difference {
    /// Writes the difference: a line `FILE:LINE: …`, then a diff whose lines are
    /// painted. Every line ends with a newline.
    pub fn render(
        &self,
        paint: impl Fn(&DiffLine, String) -> String,
    ) -> String {
        let path = self.path.display();
        let line = self.line;
        let mut text =
            tr!("{path}:{line}: not as in the lesson", path, line) + "\n";
        for line in self.subject.lines() {
            text.push_str(&format!("    {line}\n"));
        }
        for line in &diff::shown(&self.lines) {
            let painted = paint(line, line.to_string());
            text.push_str(&format!("  {painted}\n"));
        }
        if let Some((expected, got)) = self.status {
            let status = tr!(
                "exit status: {expected} in the lesson, {got} here",
                expected,
                got
            );
            text.push_str(&format!("  {status}\n"));
        }
        text
    }
}

/// Writes the difference without colours.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(|_, plain| plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::parse;

    const KERNEL: &Versions = &Versions::NONE;

    const LESSON: &str = "\
# T

## S

```console
host:web# cat a
> b
one
...
two
three
[exit 3]
host# true
```
";

    fn command(index: usize) -> Command {
        let lesson = parse(Path::new("L.md"), LESSON).unwrap();
        lesson.commands().nth(index).unwrap().clone()
    }

    fn compare(index: usize, text: &str, status: u8) -> Option<Difference> {
        output(Path::new("L.md"), &command(index), KERNEL, text, status).err()
    }

    #[test]
    fn what_is_as_expected_is_no_difference() {
        assert_eq!(compare(0, "one\nx\ntwo\nthree\n", 3), None);
        assert_eq!(compare(1, "", 0), None);
    }

    #[test]
    fn a_difference_names_the_first_line_that_differs() {
        let difference = compare(0, "one\ntwo\nthree!\n", 3).unwrap();
        assert_eq!(
            difference.to_string(),
            "L.md:11: not as in the lesson\n\
             \x20   host:web# cat a\n\
             \x20   b\n\
             \x20   one\n\
             \x20   ...\n\
             \x20   two\n\
             \x20 - three\n\
             \x20 + three!\n"
        );
    }

    #[test]
    fn an_exit_status_that_differs_has_its_own_line() {
        let difference = compare(0, "one\ntwo\nthree\n", 0).unwrap();
        assert_eq!(
            difference.to_string(),
            "L.md:12: not as in the lesson\n\
             \x20   host:web# cat a\n\
             \x20   b\n\
             \x20 exit status: 3 in the lesson, 0 here\n"
        );
        assert_eq!(compare(1, "", 1).unwrap().line, 13);
    }

    #[test]
    fn output_that_is_too_much_is_a_difference() {
        let difference = compare(1, "oh\n", 0).unwrap();
        assert_eq!(difference.line, 14);
        assert!(difference.to_string().contains("\n  + oh\n"));
    }

    #[test]
    fn how_wide_a_table_s_columns_are_is_no_difference_but_in_the_facts() {
        assert_eq!(compare(0, "one\nx\ntwo\n  three\n", 3).unwrap().line, 11);
        let lesson = LESSON.replace("two\nthree\n", "NS    1 a\n 2 b c\n");
        let lesson = parse(Path::new("L.md"), &lesson).unwrap();
        let command = lesson.commands().next().unwrap();
        let compare = |text: &str| {
            output(Path::new("L.md"), command, KERNEL, text, 3).err()
        };
        assert_eq!(compare("one\nx\n   NS 1 a\n2   b   c\n"), None);
        let difference = compare("one\nx\nNS 1 a\n2 b d\n").unwrap();
        assert_eq!(difference.line, 11);
        let said = difference.to_string();
        assert!(
            said.ends_with("  NS    1 a\n  -  2 b c\n  + 2 b d\n"),
            "{said}"
        );

        let path = Path::new("01-s.snap");
        let difference = snapshot(path, "a  b\n", KERNEL, "a b");
        let said = difference.unwrap_err().to_string();
        assert!(said.contains("  - a  b\n  + a b\n"), "{said}");
    }

    #[test]
    fn facts_differ_at_the_line_of_the_snapshot_file() {
        let path = Path::new("01-s.snap");
        assert_eq!(snapshot(path, "a\nb\n", KERNEL, "a\nb"), Ok(()));
        let difference =
            snapshot(path, "a\nb\n", KERNEL, "a\nc\n").unwrap_err();
        assert_eq!(difference.line, 6);
        assert!(difference.to_string().contains("  - b\n  + c\n"));
    }
}
