//! The checks of an exercise that take no machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::findings::Problem;
use super::programs::sources_of;
use crate::course;
use crate::exercise::catalogue::Entry;
use crate::exercise::definition::Kind;

/// Columns of a program, and of a screen.
const WIDTH: usize = 80;

/// Columns of a task, which is indented by two.
const TASK_WIDTH: usize = 78;

/// Lines of a task.
const TASK_LINES: usize = 15;

/// Columns of a title in the list.
const TITLE_WIDTH: usize = 48;

/// Columns of a check's text, beside its tick.
const CHECK_WIDTH: usize = 72;

/// Name from `just new` for what has no name yet.
const UNNAMED: &str = "fill-in";

/// Runs all these checks.
pub fn check(workspace: &Path, entry: &Entry) -> Result<Vec<Problem>> {
    let mut problems = Problems {
        entry,
        all: Vec::new(),
    };
    problems.stray_files()?;
    problems.unfilled()?;
    problems.programs()?;
    problems.task();
    problems.lesson(workspace)?;
    Ok(problems.all)
}

struct Problems<'a> {
    entry: &'a Entry,
    all: Vec<Problem>,
}

impl Problems<'_> {
    fn add(&mut self, file: &str, what: impl Into<String>) {
        self.all.push(Problem {
            number: self.entry.number,
            file: file.to_owned(),
            what: what.into(),
        });
    }

    fn stray_files(&mut self) -> Result<()> {
        let mut known: BTreeSet<PathBuf> =
            sources_of(self.entry).into_iter().map(|it| it.1).collect();
        known.insert(self.entry.folder.join("exercise.toml"));
        for path in files_below(&self.entry.folder)? {
            if !known.contains(&path) {
                let file = path.strip_prefix(&self.entry.folder);
                let file = file.unwrap_or(&path).display().to_string();
                self.add(&file, "exercise.toml does not name it");
            }
        }
        Ok(())
    }

    /// Finds what `just new` has left to be written.
    fn unfilled(&mut self) -> Result<()> {
        for path in files_below(&self.entry.folder)? {
            let text = fs::read_to_string(&path)
                .with_context(|| path.display().to_string())?;
            let file = path.strip_prefix(&self.entry.folder);
            let file = file.unwrap_or(&path).display().to_string();
            for (line, text) in unfilled(&text) {
                self.add(&file, format!("line {line}: {text}"));
            }
        }
        if self.entry.name.ends_with(UNNAMED) {
            self.add(&self.entry.name, "FILL IN: a name for the folder");
        }
        Ok(())
    }

    fn programs(&mut self) -> Result<()> {
        for (role, path) in sources_of(self.entry) {
            let text = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) => {
                    self.add(&role, format!("{}: {error}", path.display()));
                    continue;
                }
            };
            if let Some(line) = wide_line(&text, WIDTH) {
                self.add(&role, format!("line {line} is over {WIDTH} columns"));
            }
            if let Some(difference) = unformatted(&path)? {
                self.add(&role, format!("rustfmt:\n{difference}"));
            }
            let todo = text.contains("TODO");
            let write = self.entry.exercise.kind == Kind::Write;
            if role == "starter" && write && !todo {
                self.add(&role, "it has no TODO");
            }
            if role != "starter" && todo {
                self.add(&role, "it has a TODO");
            }
        }
        Ok(())
    }

    fn task(&mut self) {
        let exercise = &self.entry.exercise;
        let lines = exercise.asks.trim().lines().count();
        if lines > TASK_LINES {
            let what = format!("{lines} lines, {TASK_LINES} are the most");
            self.add("asks", what);
        }
        if exercise.title.chars().count() > TITLE_WIDTH {
            self.add("title", format!("it is over {TITLE_WIDTH} columns"));
        }
        for check in exercise.checks() {
            if check.what.chars().count() > CHECK_WIDTH {
                let what = format!("`what` is over {CHECK_WIDTH} columns");
                self.add(&check.id, what);
            }
        }
        let texts = [("asks", &exercise.asks)];
        let hints = exercise.hints.iter().map(|hint| ("hints", hint));
        for (name, text) in texts.into_iter().chain(hints) {
            if let Some(line) = wide_line(text, TASK_WIDTH) {
                let what = format!("line {line} is over {TASK_WIDTH} columns");
                self.add(name, what);
            }
        }
    }

    /// Checks that the lesson names the exercise.
    fn lesson(&mut self, workspace: &Path) -> Result<()> {
        let number = self.entry.number;
        let lesson = course::chapter(workspace, number.chapter)?.lesson_path();
        let text = fs::read_to_string(&lesson)
            .with_context(|| lesson.display().to_string())?;
        let command = format!("just exercise {number}");
        let named = text.match_indices(&command).any(|(at, found)| {
            let after = text[at + found.len()..].chars().next();
            !after.is_some_and(|c| c.is_ascii_digit())
        });
        if !named {
            let what = format!("it does not name `{command}`");
            self.add(&course::shown_path(&lesson).display().to_string(), what);
        }
        Ok(())
    }
}

/// Returns the lines that a template of `just new` left to be written, with
/// their numbers.
pub fn unfilled(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate();
    let marked =
        |line: &&str| line.contains("FILL IN") || line.contains(UNNAMED);
    lines
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(move |(_, line)| marked(line))
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files.extend(files_below(&entry.path())?);
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn wide_line(text: &str, width: usize) -> Option<usize> {
    let wide = |line: &str| line.chars().count() > width;
    text.lines().position(wide).map(|index| index + 1)
}

fn unformatted(path: &Path) -> Result<Option<String>> {
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .arg(path)
        .stdin(Stdio::null())
        .output()
        .context("exec(rustfmt)")?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok((!output.status.success()).then_some(text))
}
