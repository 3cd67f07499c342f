//! The definition of an exercise, without its programs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::assertion::Assertion;
use super::random::Choice;

/// Time limit of a run, which usually takes a fraction of a second.
const LIMIT: Duration = Duration::from_secs(8);

/// An exercise, as its author wrote it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Title: the thing to do.
    pub title: String,
    /// Kind of the exercise.
    pub kind: Kind,
    /// Minutes that a learner needs.
    pub minutes: u32,
    /// Name of the program in the machine; empty for `find`.
    #[serde(default)]
    pub program: String,
    /// The task, in Markdown.
    pub asks: String,
    /// Hints, from a nudge to nearly the answer.
    pub hints: [String; 3],
    /// Text for a learner who has solved the exercise, in Markdown.
    pub after: String,
    /// Variables with new values in each run.
    #[serde(default)]
    pub random: BTreeMap<String, Choice>,
    /// Commands that bash runs before the program, as root.
    #[serde(default)]
    pub setup: String,
    /// First check that the starter fails; by default the first of all.
    pub starter_fails: Option<String>,
    /// Runs of the program, in order.
    #[serde(default, rename = "run")]
    pub runs: Vec<Run>,
    /// Feedback after a failed check: the learner gets the first that applies.
    #[serde(default, rename = "feedback")]
    pub feedback: Vec<Feedback>,
    /// Wrong answers, and the feedback that each must get.
    #[serde(default, rename = "wrong")]
    pub wrong: Vec<Wrong>,
    /// The right answer, for `find`.
    #[serde(default)]
    pub answer: String,
    /// Commands for bash that print the answer, for `find`.
    #[serde(default)]
    pub finds: String,
    /// Time limit of each run, in the machine's time. No author sets it.
    #[serde(skip, default = "limit")]
    pub limit: Duration,
}

fn limit() -> Duration {
    LIMIT
}

/// The kind of an exercise: the thing that a learner gets and gives back.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Gets a starter with gaps, gives the program.
    Write,
    /// Gets a broken program, gives the program.
    Repair,
    /// Gets a machine in some state, gives an answer.
    Find,
}

/// A run of the program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Command line, which bash executes with exec.
    pub line: String,
    /// Name of the user; root if absent.
    #[serde(default, rename = "as")]
    pub user: Option<String>,
    /// Checks of this run.
    #[serde(rename = "check")]
    pub checks: Vec<Check>,
}

/// An assertion that must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "toml::Table")]
pub struct Check {
    /// Name, unique in the exercise.
    pub id: String,
    /// Text beside a tick or a cross.
    pub what: String,
    /// The assertion.
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

/// A text for a learner, and the conditions for it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// Name, unique in the exercise.
    pub id: String,
    /// Assertions that must all hold.
    #[serde(default, rename = "if")]
    pub conditions: Vec<Assertion>,
    /// Assertions none of which may hold.
    #[serde(default)]
    pub unless: Vec<Assertion>,
    /// The text.
    pub says: String,
}

/// A wrong answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// File of the program, from the exercise's folder.
    #[serde(default)]
    pub program: Option<String>,
    /// The answer, for `find`.
    #[serde(default)]
    pub answer: Option<String>,
    /// Name of the feedback that the answer must get.
    pub gets: String,
}

impl Exercise {
    /// Returns all checks, in order.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.runs.iter().flat_map(|run| &run.checks)
    }

    /// Returns the name of the first check that the starter must fail.
    pub fn starter_fails(&self) -> &str {
        let first = || self.checks().next().map_or("", |check| &check.id);
        self.starter_fails.as_deref().unwrap_or_else(first)
    }

    /// Returns the names of processes that `hold` in the setup starts.
    pub fn held(&self) -> impl Iterator<Item = &str> {
        self.named_by("hold")
    }

    /// Returns the names of processes that the program starts: `witness` in the
    /// setup announces them.
    pub fn witnesses(&self) -> impl Iterator<Item = &str> {
        self.named_by("witness")
    }

    fn named_by(&self, function: &str) -> impl Iterator<Item = &str> {
        self.setup.lines().filter_map(move |line| {
            let mut words = line.split_whitespace();
            (words.next()? == function).then(|| words.next())?
        })
    }
}
