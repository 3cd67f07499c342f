//! exercise.toml: everything of an exercise but its programs.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::assertion::Assertion;
use super::random::Choice;

/// An exercise, as its author wrote it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// What is to be done, as a title.
    pub title: String,
    /// What the learner is given, and gives back.
    pub kind: Kind,
    /// How long it takes.
    pub minutes: u32,
    /// The program's name in the machine; not for `find`.
    #[serde(default)]
    pub program: String,
    /// The task, in Markdown.
    pub asks: String,
    /// From a nudge to nearly the answer.
    pub hints: [String; 3],
    /// What to know and to look at once it is solved.
    pub after: String,
    /// The variables that are new in each run.
    #[serde(default)]
    pub random: BTreeMap<String, Choice>,
    /// What bash does before the program, as root.
    #[serde(default)]
    pub setup: String,
    /// The first check the starter fails; the first of all if none is named.
    pub starter_fails: Option<String>,
    /// How the program is run, in order.
    #[serde(default, rename = "run")]
    pub runs: Vec<Run>,
    /// What to say after a failed check: the first that holds.
    #[serde(default, rename = "feedback")]
    pub feedback: Vec<Feedback>,
    /// Wrong answers, and what each must be told.
    #[serde(default, rename = "wrong")]
    pub wrong: Vec<Wrong>,
    /// What is right, where something is to be found.
    #[serde(default)]
    pub answer: String,
    /// How to find it: commands for bash that print the answer.
    #[serde(default)]
    pub finds: String,
}

/// What the learner is given, and gives back.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A starter with gaps; the program.
    Write,
    /// A broken program; the program.
    Repair,
    /// A machine in some state; an answer.
    Find,
}

/// One run of the program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The command line, for bash, which execs it.
    pub line: String,
    /// The user; root if none is named.
    #[serde(default, rename = "as")]
    pub user: Option<String>,
    /// What must be true of it.
    #[serde(rename = "check")]
    pub checks: Vec<Check>,
}

/// Something that must be true.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "toml::Table")]
pub struct Check {
    /// Unique in the exercise.
    pub id: String,
    /// What is shown beside a tick or a cross.
    pub what: String,
    /// What is looked at.
    pub assertion: Assertion,
}

impl TryFrom<toml::Table> for Check {
    type Error = String;

    fn try_from(mut table: toml::Table) -> Result<Self, String> {
        let mut text = |name: &str| match table.remove(name) {
            Some(toml::Value::String(text)) => Ok(text),
            _ => Err(format!("a check needs `{name}`, a string")),
        };
        let id = text("id")?;
        let what = text("what")?;
        let assertion = Assertion::deserialize(table)
            .map_err(|error| format!("the check {id:?}: {error}"))?;
        Ok(Self {
            id,
            what,
            assertion,
        })
    }
}

/// What to say, and when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// Unique in the exercise.
    pub id: String,
    /// All of these must hold.
    #[serde(default, rename = "if")]
    pub conditions: Vec<Assertion>,
    /// None of these may hold.
    #[serde(default)]
    pub unless: Vec<Assertion>,
    /// The text.
    pub says: String,
}

/// A wrong answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// The program's file, from the exercise's folder.
    #[serde(default)]
    pub program: Option<String>,
    /// The answer, where something is to be found.
    #[serde(default)]
    pub answer: Option<String>,
    /// The feedback it must be given.
    pub gets: String,
}

/// Names that mean something else.
const RESERVED: [&str; 5] = [
    "machine",
    "program",
    "command",
    "program_pid",
    "command_pid",
];

/// Reads an exercise.toml.
pub fn parse(text: &str) -> Result<Exercise> {
    let exercise: Exercise = toml::from_str(text)?;
    exercise.validate()?;
    Ok(exercise)
}

impl Exercise {
    /// All checks, in order.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.runs.iter().flat_map(|run| &run.checks)
    }

    /// The first check that the starter must fail.
    pub fn starter_fails(&self) -> &str {
        let first = || self.checks().next().map_or("", |check| &check.id);
        self.starter_fails.as_deref().unwrap_or_else(first)
    }

    /// The names `hold` gives in the setup.
    pub fn held(&self) -> impl Iterator<Item = &str> {
        self.named_by("hold")
    }

    /// The names `witness` gives in the setup: the program starts those.
    pub fn witnesses(&self) -> impl Iterator<Item = &str> {
        self.named_by("witness")
    }

    fn named_by(&self, function: &str) -> impl Iterator<Item = &str> {
        self.setup.lines().filter_map(move |line| {
            let mut words = line.split_whitespace();
            (words.next()? == function).then(|| words.next())?
        })
    }

    fn validate(&self) -> Result<()> {
        let texts = [&self.title, &self.asks, &self.after];
        for text in texts.into_iter().chain(&self.hints) {
            ensure!(!text.trim().is_empty(), "a text is empty");
        }
        let random = self.random.keys().map(String::as_str);
        for name in random.chain(self.held()).chain(self.witnesses()) {
            ensure!(!RESERVED.contains(&name), "the name {name} is reserved");
        }
        match self.kind {
            Kind::Find => self.validate_find()?,
            Kind::Write | Kind::Repair => self.validate_program()?,
        }
        self.validate_feedback()
    }

    fn validate_find(&self) -> Result<()> {
        ensure!(self.answer.contains('$'), "`answer` is not random");
        ensure!(!self.finds.is_empty(), "`find` needs `finds`");
        ensure!(self.runs.is_empty(), "`find` has no `run`");
        ensure!(self.program.is_empty(), "`find` has no `program`");
        let answers = self
            .wrong
            .iter()
            .all(|it| it.answer.is_some() && it.program.is_none());
        ensure!(answers, "the wrong answers of `find` are `answer`s");
        Ok(())
    }

    fn validate_program(&self) -> Result<()> {
        let neither = self.answer.is_empty() && self.finds.is_empty();
        ensure!(neither, "only `find` has `answer` and `finds`");
        ensure!(!self.program.is_empty(), "`program` is missing");
        ensure!(!self.runs.is_empty(), "there is no `run`");
        ensure!(self.wrong.len() >= 2, "at least two wrong answers");
        let mut seen = BTreeSet::new();
        for check in self.checks() {
            let id = &check.id;
            ensure!(seen.insert(id), "two checks named {id:?}");
            check
                .assertion
                .validate(self, false)
                .with_context(|| format!("the check {id:?}"))?;
        }
        let fails = self.starter_fails();
        let known = self.checks().any(|check| check.id == fails);
        ensure!(known, "starter_fails: there is no check {fails:?}");
        for run in &self.runs {
            ensure!(!run.checks.is_empty(), "{:?}: no check", run.line);
        }
        let programs = self
            .wrong
            .iter()
            .all(|it| it.program.is_some() && it.answer.is_none());
        ensure!(programs, "the wrong answers are `program`s");
        Ok(())
    }

    fn validate_feedback(&self) -> Result<()> {
        let mut seen = BTreeSet::new();
        for feedback in &self.feedback {
            let id = &feedback.id;
            ensure!(seen.insert(id), "two feedbacks named {id:?}");
            ensure!(!feedback.says.trim().is_empty(), "{id} says nothing");
            let all = feedback.conditions.iter().chain(&feedback.unless);
            for assertion in all {
                let answers = matches!(assertion, Assertion::Answer(_));
                let find = self.kind == Kind::Find;
                ensure!(find == answers, "`answer` and nothing else for find");
                assertion
                    .validate(self, true)
                    .with_context(|| format!("the feedback {id:?}"))?;
            }
        }
        let last = self.feedback.last().context("there is no feedback")?;
        let always = last.conditions.is_empty() && last.unless.is_empty();
        ensure!(always, "the last feedback has no `if` and no `unless`");
        for Wrong { gets, .. } in &self.wrong {
            ensure!(seen.contains(gets), "there is no feedback {gets:?}");
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
