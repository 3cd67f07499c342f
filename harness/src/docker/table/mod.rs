//! The tables of docs/src/docker.md: the differences from Docker that are
//! accepted, each with its reason.
//!
//! A cell with `code` is a pattern for one line: `{x}` in it is any text, the
//! same on both sides. `—` is no line, `...` all lines. A row with marks is
//! about some versions of Docker, a row without is about all. A row that no
//! command needs is an error.
//!
//! # Layout
//!
//! * `row`: a row; `pattern`: its lines with holes
//! * `aspect`: standard output, standard error, exit status, facts
//! * `difference`: an aspect that differs
//! * here: all rows, and the comparison of two results

mod aspect;
mod difference;
mod pattern;
mod row;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::Result;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::result::CommandResult;
use crate::compare::diff::{self, DiffLine};
use crate::lesson::{Expected, Version};
use aspect::Aspect;
pub(super) use difference::Difference;
use row::TableRow;

/// All rows. A comparison tries rows for the command first, then rows for the
/// step, then rows for any command, each in the order of the table.
#[derive(Debug)]
pub(super) struct Table {
    path: PathBuf,
    rows: Vec<TableRow>,
}

impl Table {
    /// Parses all tables with the five columns.
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
                    rows.push(TableRow::parse(path, line + 1, &cells)?);
                }
                _ => {}
            }
        }
        let path = path.into();
        Ok(Self { path, rows })
    }

    /// Returns the rows about this version of Docker, none of them used.
    pub(super) fn on(&self, version: Version) -> Self {
        let rows = self.rows.iter().filter(|row| row.is_about(version));
        Self {
            path: self.path.clone(),
            rows: rows.cloned().collect(),
        }
    }

    /// Compares the results of one command.
    pub(super) fn compare(
        &mut self,
        step: &str,
        command: &str,
        docker: &CommandResult,
        container: &CommandResult,
    ) -> Vec<Difference> {
        let statuses = [docker, container].map(|it| it.status.to_string());
        let [exit_docker, exit_container] = &statuses;
        let mut differences = Vec::new();
        for (aspect, docker, container) in [
            (Aspect::Stdout, &docker.stdout, &container.stdout),
            (Aspect::Stderr, &docker.stderr, &container.stderr),
            (Aspect::Exit, exit_docker, exit_container),
            (Aspect::Facts, &docker.facts, &container.facts),
        ] {
            let mut rows = self.rows_for(aspect, [command, step, "any"]);
            let lines = compare(&mut rows, docker, container);
            if !lines.iter().all(|line| matches!(line, DiffLine::Same(_))) {
                differences.push(Difference::new(aspect, lines));
            }
        }
        differences
    }

    /// Returns the rows about an aspect in one of these places, in the order of
    /// the places.
    fn rows_for(
        &mut self,
        aspect: Aspect,
        places: [&str; 3],
    ) -> Vec<&mut TableRow> {
        let rank = |row: &TableRow| places.iter().position(|p| *p == row.place);
        let rows = self.rows.iter_mut();
        let mut rows: Vec<&mut TableRow> = rows
            .filter(|row| row.aspect == aspect && rank(row).is_some())
            .collect();
        rows.sort_by_key(|row| rank(row));
        rows
    }

    /// Returns the rows that no command has needed.
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

/// Compares a text of Docker, in the words of `container`, with the text of
/// `container`.
fn compare(
    rows: &mut [&mut TableRow],
    docker: &str,
    container: &str,
) -> Vec<DiffLine> {
    if let Some(row) = rows.iter_mut().find(|row| row.accepts_everything()) {
        row.used |= docker != container;
        return Vec::new();
    }
    let expected: Vec<Expected> = docker
        .lines()
        .filter_map(|line| translate(rows, line))
        .map(Expected::Line)
        .collect();
    let actual: Vec<&str> = container
        .lines()
        .filter(|line| !rows.iter_mut().any(|it| it.accepts_ours_alone(line)))
        .collect();
    diff::lines(&expected, &actual, Cow::from)
}

/// Translates a line of Docker by the first row about it. `None`: `container`
/// does not print such a line.
fn translate(rows: &mut [&mut TableRow], line: &str) -> Option<String> {
    let mut rows = rows.iter_mut();
    let ours = rows.find_map(|row| row.translate(line));
    ours.unwrap_or_else(|| Some(line.into()))
}
