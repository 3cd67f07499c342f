//! The tables of docs/src/docker.md: which words of Docker stand for which of
//! ours, and which differences are accepted, each with its reason.
//!
//! A cell with `code` is a pattern for one line: `{x}` in it is any text, the
//! same on both sides. `—` is no line, `...` all lines. A row is about the
//! versions of Docker that its marks name, without marks about all. A row that
//! is of no use any more is an error.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::{Captures, Regex};

use super::{Outcome, marks};
use crate::compare::diff::{self, DiffLine};
use crate::lesson::{Expected, Version, When};

/// What a row speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Stdout,
    Stderr,
    Exit,
    Facts,
}

impl Part {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "stdout" => Self::Stdout,
            "stderr" => Self::Stderr,
            "exit" => Self::Exit,
            "facts" => Self::Facts,
            _ => return None,
        })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::Exit => "exit status",
            Self::Facts => "facts",
        })
    }
}

/// One side of a row.
#[derive(Clone, Debug)]
enum Words {
    /// `—`
    Nothing,
    /// `...`
    Everything,
    /// A line, as it stands there.
    Line(String),
}

#[derive(Clone, Debug)]
struct Row {
    line: usize,
    marks: Vec<When>,
    /// A command, the title of a step, or `any`.
    place: String,
    part: Part,
    docker: Words,
    container: Words,
    used: bool,
}

/// All rows. Those for one command are tried before those for its step, and
/// those before the ones for any; else they are tried in their order.
#[derive(Debug)]
pub(super) struct Table {
    path: PathBuf,
    rows: Vec<Row>,
}

/// A part of what a command did that is not the same with both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    part: Part,
    lines: Vec<DiffLine>,
    /// Whether dockerd has lost Docker's lines.
    lost: bool,
}

impl Table {
    /// Reads all tables with the five columns.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self> {
        let mut rows = Vec::new();
        let mut cells: Vec<String> = Vec::new();
        let parser = Parser::new_ext(text, Options::ENABLE_TABLES);
        for (event, range) in parser.into_offset_iter() {
            match event {
                Event::Start(Tag::TableRow) => cells.clear(),
                Event::Start(Tag::TableCell) => cells.push(String::new()),
                Event::Code(code) | Event::Text(code) => {
                    if let Some(cell) = cells.last_mut() {
                        cell.push_str(&code);
                    }
                }
                Event::End(TagEnd::TableRow) => {
                    let before = &text.as_bytes()[..range.start];
                    let line = before.iter().filter(|b| **b == b'\n').count();
                    rows.push(row(path, line + 1, &cells)?);
                }
                _ => {}
            }
        }
        let path = path.into();
        Ok(Self { path, rows })
    }

    /// The rows that are about this version of Docker, not yet used.
    pub(super) fn on(&self, version: Version) -> Self {
        let on = |row: &&Row| row.marks.iter().all(|it| it.is_on(version));
        Self {
            path: self.path.clone(),
            rows: self.rows.iter().filter(on).cloned().collect(),
        }
    }

    /// Everything one command did, with both.
    pub(super) fn compare(
        &mut self,
        step: &str,
        command: &str,
        docker: &Outcome,
        container: &Outcome,
    ) -> Vec<Difference> {
        let statuses = [docker, container].map(|it| it.status.to_string());
        let [exit_docker, exit_container] = &statuses;
        [
            (Part::Stdout, &docker.stdout, &container.stdout),
            (Part::Stderr, &docker.stderr, &container.stderr),
            (Part::Exit, exit_docker, exit_container),
            (Part::Facts, &docker.facts, &container.facts),
        ]
        .into_iter()
        .filter_map(|(part, docker, container)| {
            // The narrowest first.
            let places = [command, step, "any"];
            let rank = |row: &Row| places.iter().position(|p| *p == row.place);
            let rows = self.rows.iter_mut();
            let mut rows: Vec<&mut Row> = rows
                .filter(|row| row.part == part && rank(row).is_some())
                .collect();
            rows.sort_by_key(|row| rank(row));
            let lines = compare(&mut rows, docker, container);
            let same =
                lines.iter().all(|line| matches!(line, DiffLine::Same(_)));
            let lost = false;
            (!same).then_some(Difference { part, lines, lost })
        })
        .collect()
    }

    /// The rows that nothing has needed.
    pub(super) fn stale(&self) -> Vec<String> {
        let unused = self.rows.iter().filter(|row| !row.used);
        unused
            .map(|row| {
                format!(
                    "{}:{}: this difference does not occur (any more)",
                    self.path.display(),
                    row.line
                )
            })
            .collect()
    }
}

fn row(path: &Path, line: usize, cells: &[String]) -> Result<Row> {
    let place = format!("{}:{line}", path.display());
    let [command, part, docker, container, reason] = cells else {
        bail!("{place}: {} cells, not five", cells.len());
    };
    let (marks, command) = marks::split(command)
        .map_err(|mark| anyhow!("{place}: no version of Docker: {mark}"))?;
    let Some(part) = Part::from_name(part) else {
        bail!("{place}: not stdout, stderr, exit or facts: {part}");
    };
    if reason.trim().is_empty() {
        bail!("{place}: a difference without a reason");
    }
    let words = |cell: &str| match cell {
        "—" => Words::Nothing,
        "..." => Words::Everything,
        line => Words::Line(line.into()),
    };
    Ok(Row {
        line,
        marks,
        place: command.into(),
        part,
        docker: words(docker),
        container: words(container),
        used: false,
    })
}

/// Docker's text in our words against ours.
fn compare(
    rows: &mut [&mut Row],
    docker: &str,
    container: &str,
) -> Vec<DiffLine> {
    for row in rows.iter_mut() {
        if let Words::Everything = row.docker {
            row.used |= docker != container;
            return Vec::new();
        }
    }
    let expected: Vec<Expected> = docker
        .lines()
        .filter_map(|line| translate(rows, line))
        .map(Expected::Line)
        .collect();
    let actual: Vec<&str> = container
        .lines()
        .filter(|line| !is_ours_alone(rows, line))
        .collect();
    diff::lines(&expected, &actual, Cow::from)
}

/// Docker's line in our words; none if we do not say it.
fn translate(rows: &mut [&mut Row], line: &str) -> Option<String> {
    for row in rows.iter_mut() {
        let Words::Line(words) = &row.docker else {
            continue;
        };
        let Some(found) = pattern(words).captures(line) else {
            continue;
        };
        let ours = match &row.container {
            Words::Line(words) => Some(filled(words, &found)),
            _ => None,
        };
        row.used |= ours.as_deref() != Some(line);
        return ours;
    }
    Some(line.into())
}

fn is_ours_alone(rows: &mut [&mut Row], line: &str) -> bool {
    let mut rows = rows.iter_mut();
    let found = rows.find(|row| match (&row.docker, &row.container) {
        (Words::Nothing, Words::Line(words)) => pattern(words).is_match(line),
        _ => false,
    });
    found.is_some_and(|row| {
        row.used = true;
        true
    })
}

/// `{x}` is any text. No line of ours has a single word in braces.
fn pattern(words: &str) -> Regex {
    let holes = holes();
    let mut pattern = String::from("^");
    let mut end = 0;
    for hole in holes.captures_iter(words) {
        let place = hole.get_match();
        pattern += &regex::escape(&words[end..place.start()]);
        pattern += &format!("(?P<{}>.+?)", &hole[1]);
        end = place.end();
    }
    pattern += &regex::escape(&words[end..]);
    pattern.push('$');
    // Escaped text and groups with small letters for names.
    Regex::new(&pattern).expect("a valid pattern")
}

fn filled(words: &str, found: &Captures) -> String {
    let fill = |hole: &Captures| {
        let text = found.name(&hole[1]).map(|text| text.as_str());
        text.unwrap_or(&hole[0]).to_owned()
    };
    holes().replace_all(words, fill).into_owned()
}

fn holes() -> Regex {
    Regex::new(r"\{([a-z]+)\}").expect("a valid pattern")
}

impl Difference {
    /// Whether it is in what the kernel holds, not in what was printed.
    pub(super) fn is_in_facts(&self) -> bool {
        self.part == Part::Facts
    }

    /// Once dockerd has lost output: all that Docker printed is printed by
    /// `container` too, so that what is missing may be what was lost.
    pub(super) fn blame_dockerd_for(&mut self, lost: bool) {
        let printed = matches!(self.part, Part::Stdout | Part::Stderr);
        let mut lines = self.lines.iter();
        let missing = lines.all(|line| !matches!(line, DiffLine::Expected(_)));
        self.lost = lost && printed && missing;
    }

    /// Whether it is none: dockerd has lost Docker's lines.
    pub(super) fn is_lost(&self) -> bool {
        self.lost
    }

    /// `-` is Docker's, `+` is ours.
    pub(super) fn render(
        &self,
        paint: impl Fn(&DiffLine, String) -> String,
    ) -> String {
        let docker = if self.lost {
            "lost by dockerd, as its log says"
        } else {
            "- docker"
        };
        let mut text = format!("  {}: {docker}, + container\n", self.part);
        for line in &diff::shown(&self.lines) {
            let painted = paint(line, line.to_string());
            text += &format!("    {painted}\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
# T

| command | what | docker | container | reason |
|---|---|---|---|---|
| any | stderr | `docker: {m}.` | `container: {m}.` | our name |
| `docker a \\| b` | exit | `126` | `127` | a shell's |
| S | stdout | `lost {x}` | — | no such thing |
| S | stdout | — | `more` | advice |
";

    fn table() -> Table {
        Table::parse(Path::new("t.md"), TABLE).unwrap()
    }

    fn outcome(stdout: &str, stderr: &str, status: u8) -> Outcome {
        Outcome {
            stdout: stdout.into(),
            stderr: stderr.into(),
            status,
            ..Outcome::default()
        }
    }

    fn parts(found: &[Difference]) -> Vec<Part> {
        found.iter().map(|difference| difference.part).collect()
    }

    #[test]
    fn what_stands_in_the_table_is_no_difference() {
        let docker = outcome("a\nlost 1\n", "docker: no such: x.\n", 126);
        let ours = outcome("a\nmore\n", "container: no such: x.\n", 127);
        let mut table = table();
        let found = table.compare("S", "docker a | b", &docker, &ours);
        assert_eq!(parts(&found), []);
        assert_eq!(table.stale(), Vec::<String>::new());
    }

    #[test]
    fn what_a_message_says_has_to_be_the_same() {
        let docker = outcome("", "docker: no such: x.\n", 0);
        let ours = outcome("", "container: no such: y.\n", 0);
        let found = table().compare("S", "c", &docker, &ours);
        assert_eq!(parts(&found), [Part::Stderr]);
        let text = found[0].render(|_, text| text);
        assert!(text.contains("- container: no such: x."), "{text}");
        assert!(text.contains("+ container: no such: y."), "{text}");
    }

    #[test]
    fn a_row_is_for_its_own_place() {
        let docker = outcome("lost 1\n", "", 126);
        let ours = outcome("", "", 127);
        let found = table().compare("Other", "c", &docker, &ours);
        assert_eq!(parts(&found), [Part::Stdout, Part::Exit]);
    }

    #[test]
    fn a_row_for_one_step_goes_before_one_for_all() {
        let row = "| S | stderr | `docker: {m}.` | `special` | here |\n";
        let text = format!("{TABLE}{row}");
        let mut table = Table::parse(Path::new("t.md"), &text).unwrap();
        let docker = outcome("", "docker: x.\n", 0);
        let ours = outcome("", "special\n", 0);
        assert_eq!(parts(&table.compare("S", "c", &docker, &ours)), []);
    }

    #[test]
    fn a_row_that_nothing_needs_is_stale() {
        let mut table = table();
        let same = outcome("", "container: x.\n", 0);
        assert!(table.compare("S", "c", &same, &same).is_empty());
        assert_eq!(table.stale().len(), 4);
        assert!(table.stale()[0].starts_with("t.md:5: "));
    }

    const MARKED: &str = "\
| command | what | docker | container | reason |
|---|---|---|---|---|
| [before 26] any | stderr | `a{m}` | `c{m}` | older |
| [since 26] [before 28] `docker x` | stderr | `b{m}` | `c{m}` | between |
";

    #[test]
    fn a_row_is_about_the_versions_of_its_marks() {
        let table = Table::parse(Path::new("t.md"), MARKED).unwrap();
        let ours = outcome("", "c1\n", 0);
        for (release, theirs) in [
            ("20.10.24+dfsg1", "a1\n"),
            ("26.1.5", "b1\n"),
            ("28.5", "c1\n"),
        ] {
            let mut table = table.on(Version::of(release));
            let docker = outcome("", theirs, 0);
            let found = table.compare("S", "docker x", &docker, &ours);
            assert_eq!(parts(&found), [], "{release}");
            assert_eq!(table.stale(), Vec::<String>::new(), "{release}");
        }
    }

    #[test]
    fn a_mark_too_far_makes_a_row_stale_and_one_too_near_a_difference() {
        let ours = outcome("", "c1\n", 0);
        let on = |text: &str| {
            let table = Table::parse(Path::new("t.md"), text).unwrap();
            let mut table = table.on(Version::of("26.1.5"));
            let docker = outcome("", "b1\n", 0);
            let found = table.compare("S", "docker x", &docker, &ours);
            (parts(&found), table.stale())
        };
        let (found, stale) = on(&MARKED.replace("before 26", "before 27"));
        assert_eq!(found, []);
        assert_eq!(stale.len(), 1);
        assert!(stale[0].starts_with("t.md:3: "), "{stale:?}");
        let (found, stale) = on(&MARKED.replace("since 26", "since 27"));
        assert_eq!(found, [Part::Stderr]);
        assert_eq!(stale, Vec::<String>::new());
    }

    #[test]
    fn only_what_is_missing_in_docker_can_have_been_lost() {
        let ours = outcome("a\nb\n", "", 0);
        let lost = |docker: &str, lost: bool| {
            let docker = outcome(docker, "", 0);
            let mut found = table().compare("Other", "c", &docker, &ours);
            found[0].blame_dockerd_for(lost);
            found[0].is_lost()
        };
        assert!(lost("", true) && lost("a\n", true));
        assert!(!lost("", false));
        assert!(!lost("c\n", true) && !lost("a\nb\nc\n", true));
        let status = outcome("a\nb\n", "", 1);
        let mut found = table().compare("Other", "c", &status, &ours);
        found[0].blame_dockerd_for(true);
        assert!(!found[0].is_lost());
    }

    #[test]
    fn a_mark_names_a_version() {
        let text = MARKED.replace("before 28", "before sid");
        let error = Table::parse(Path::new("t.md"), &text).unwrap_err();
        assert_eq!(error.to_string(), "t.md:4: no version of Docker: sid");
    }

    #[test]
    fn a_difference_has_a_reason() {
        let text = TABLE.replace("advice", "");
        let error = Table::parse(Path::new("t.md"), &text).unwrap_err();
        assert_eq!(error.to_string(), "t.md:8: a difference without a reason");
    }
}
