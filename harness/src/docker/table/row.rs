//! A row of the table: a difference that is accepted.

use std::path::Path;

use anyhow::{Result, anyhow, bail};

use super::aspect::Aspect;
use super::pattern;
use crate::docker::marks;
use crate::lesson::{Version, When};

/// A cell of the row: the lines of one runtime.
#[derive(Clone, Debug)]
pub(super) enum Words {
    /// No line: `—`
    Nothing,
    /// All lines: `...`
    Everything,
    /// A line with holes.
    Line(String),
}

/// A row of the table.
#[derive(Clone, Debug)]
pub(super) struct TableRow {
    /// Number of the line in the file.
    pub(super) line: usize,
    marks: Vec<When>,
    /// A command, the title of a step, or `any`.
    pub(super) place: String,
    pub(super) aspect: Aspect,
    docker: Words,
    container: Words,
    /// Whether a command has needed the row.
    pub(super) used: bool,
}

impl TableRow {
    /// Parses the cells of a row.
    pub(super) fn parse(
        path: &Path,
        line: usize,
        cells: &[String],
    ) -> Result<Self> {
        let place = format!("{}:{line}", path.display());
        let [command, aspect, docker, container, reason] = cells else {
            bail!("{place}: {} cells, not five", cells.len());
        };
        let (marks, command) = marks::split(command)
            .map_err(|mark| anyhow!("{place}: no version of Docker: {mark}"))?;
        let Some(aspect) = Aspect::from_name(aspect) else {
            bail!("{place}: not stdout, stderr, exit or facts: {aspect}");
        };
        if reason.trim().is_empty() {
            bail!("{place}: a difference without a reason");
        }
        Ok(Self {
            line,
            marks,
            place: command.into(),
            aspect,
            docker: words(docker),
            container: words(container),
            used: false,
        })
    }

    /// Returns whether the row is about this version of Docker.
    pub(super) fn is_about(&self, version: Version) -> bool {
        self.marks.iter().all(|mark| mark.is_on(version))
    }

    /// Returns whether the row accepts any output of Docker.
    pub(super) fn accepts_everything(&self) -> bool {
        matches!(self.docker, Words::Everything)
    }

    /// Translates a line of Docker to the words of `container`. The outer
    /// `None`: the row is about another line. The inner one: `container` does
    /// not print such a line.
    pub(super) fn translate(&mut self, line: &str) -> Option<Option<String>> {
        let Words::Line(words) = &self.docker else {
            return None;
        };
        let found = pattern::of(words).captures(line)?;
        let ours = match &self.container {
            Words::Line(words) => Some(pattern::filled(words, &found)),
            Words::Nothing | Words::Everything => None,
        };
        self.used |= ours.as_deref() != Some(line);
        Some(ours)
    }

    /// Returns whether only `container` prints this line.
    pub(super) fn accepts_ours_alone(&mut self, line: &str) -> bool {
        let accepts = match (&self.docker, &self.container) {
            (Words::Nothing, Words::Line(words)) => {
                pattern::of(words).is_match(line)
            }
            _ => false,
        };
        self.used |= accepts;
        accepts
    }
}

fn words(cell: &str) -> Words {
    match cell {
        "—" => Words::Nothing,
        "..." => Words::Everything,
        line => Words::Line(line.into()),
    }
}
