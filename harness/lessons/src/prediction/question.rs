//! The questions of a lesson: commands that start a process of interest.
//!
//! Such a process is a shell of its own, or one that the lesson watches. Where
//! the prompt of a terminal gets longer, the command before has started a
//! shell. Where a watched process is new in a step's snapshot, the command that
//! starts it is the one with Docker's word for that, `run` or `start`.
//!
//! A command that was asked about is not asked about again, and nothing is asked
//! where the lesson has questions of its own.

use std::sync::LazyLock;

use regex::Regex;

use super::book::differing;
use super::types::Types;
use crate::lesson::{Command, Lesson, Part, Step, Versions};
use crate::scene::Scene;
use crate::snapshot_text::{Matrix, Row};

/// Most questions of a lesson: with more of them, a reader stops thinking.
const MOST: usize = 6;

/// Docker's words for starting a container.
static STARTS: LazyLock<Regex> = LazyLock::new(|| {
    // The tests of this file compile the pattern.
    Regex::new(r"(?-u:\b)(run|start)(?-u:\b)").expect("a valid pattern")
});

/// A question about the process that a command starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Number of the step.
    pub step: usize,
    /// Index of the command among all commands of the lesson.
    pub command: usize,
    /// Name of the process in the lesson.
    pub process: String,
    /// Name of the shell in which the command is typed.
    pub shell: String,
    /// Whether the process is a shell.
    pub is_shell: bool,
}

impl Question {
    /// Returns the process to compare with: the shell in which the command is
    /// typed, or the process itself if it is there before the command runs.
    pub fn reference<'a>(&self, before: &'a Matrix) -> Option<&'a Row> {
        let row = |name: &str| before.rows.iter().find(|row| row.name == name);
        row(&self.process).or_else(|| row(&self.shell))
    }

    /// Returns the kernel's answer, once the process is there.
    pub fn answer(&self, before: &Matrix, after: &Matrix) -> Option<Types> {
        let was = self.reference(before)?;
        let is = after.rows.iter().find(|row| row.name == self.process)?;
        let namespace = |row: &Row, kind| {
            row.cells[kind as usize]
                .namespace
                .map(|(namespace, _)| namespace)
        };
        Some(Types::which(|kind| {
            namespace(is, kind) != namespace(was, kind)
        }))
    }
}

/// A question, the command it is about, and the book's answer if the book has
/// one: a process may end before its step does.
struct Candidate<'a> {
    question: Question,
    input: &'a str,
    book: Option<Types>,
}

/// Returns the questions of a lesson, in order. `snapshot` returns the text of a
/// step's snapshot; one that cannot be read is as if the step changed nothing.
pub fn questions(
    lesson: &Lesson,
    snapshot: impl Fn(&Step) -> Option<String>,
    versions: &Versions,
) -> Vec<Question> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut before = Scene::default();
    let mut first = 0;
    for step in &lesson.steps {
        let after = snapshot(step)
            .and_then(|text| Scene::on(versions, &text).ok())
            .unwrap_or_else(|| before.clone());
        let between = Between {
            lesson,
            step,
            first,
            before: &before,
            after: &after,
        };
        for candidate in between.candidates() {
            let known = candidates.iter().any(|known| {
                known.input == candidate.input
                    || known.is_of_the_same_process(&candidate)
            });
            if !known {
                candidates.push(candidate);
            }
        }
        first += step.commands().count();
        before = after;
    }
    fewer(candidates)
        .into_iter()
        .map(|it| it.question)
        .collect()
}

impl Candidate<'_> {
    /// Whether two questions are about one process, in one step. A shell is a
    /// new process each time that the prompt gets longer.
    fn is_of_the_same_process(&self, other: &Self) -> bool {
        !other.question.is_shell
            && self.question.step == other.question.step
            && self.question.process == other.question.process
    }

    /// Whether the book's answer is one type.
    fn is_of_one_type(&self) -> bool {
        self.book.is_some_and(|types| types.count() == 1)
    }
}

/// Leaves out questions if there are too many: those whose answer is a single
/// type, from the last one on.
fn fewer(mut candidates: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    while candidates.len() > MOST {
        let easy = candidates.iter().rposition(Candidate::is_of_one_type);
        candidates.remove(easy.unwrap_or(candidates.len() - 1));
    }
    candidates
}

/// A step, with the snapshots before and after it.
struct Between<'a, 'scenes> {
    lesson: &'a Lesson,
    step: &'a Step,
    /// Index of the step's first command.
    first: usize,
    before: &'scenes Scene,
    after: &'scenes Scene,
}

impl<'a> Between<'a, '_> {
    /// Returns the questions about this step: none if the lesson itself asks
    /// some there.
    fn candidates(&self) -> Vec<Candidate<'a>> {
        if self
            .step
            .parts
            .iter()
            .any(|it| matches!(it, Part::Question(_)))
        {
            return Vec::new();
        }
        let commands = || (self.first..).zip(self.step.commands());
        let shells = commands().filter_map(|(index, command)| {
            let process = self.started_shell(index, command)?;
            Some(self.candidate(index, command, process, true))
        });
        let watched = self.new_processes().filter_map(|name| {
            let named = word(name);
            let starts = |(_, command): &(usize, &Command)| {
                STARTS.is_match(&command.input)
                    && named.is_match(&command.input)
            };
            let (index, command) = commands().find(starts)?;
            Some(self.candidate(index, command, name.to_owned(), false))
        });
        let mut all: Vec<_> = shells.chain(watched).collect();
        all.sort_by_key(|candidate| candidate.question.command);
        all
    }

    /// Returns the name of the shell that a command starts: its prompt has one
    /// name more.
    fn started_shell(&self, index: usize, command: &Command) -> Option<String> {
        let names = self.lesson.shell_names_after(index)?;
        if names.len() != command.nested.len() + 1 {
            return None;
        }
        Some(format!("{}:{}", shell_of(command), names.last()?))
    }

    /// Returns the watched processes that the snapshot before has not, or has
    /// with other namespaces.
    fn new_processes(&self) -> impl Iterator<Item = &'a str> {
        let watched = self.lesson.watch.iter().map(|it| it.label.as_str());
        watched.filter(|name| {
            let after = self.after.member(name);
            after.is_some() && after != self.before.member(name)
        })
    }

    fn candidate(
        &self,
        index: usize,
        command: &'a Command,
        process: String,
        is_shell: bool,
    ) -> Candidate<'a> {
        let shell = shell_of(command);
        let was = self.before.member(&shell);
        let was = was.or_else(|| self.after.member(&shell));
        let is = self.after.member(&process);
        Candidate {
            book: was.zip(is).map(|(was, is)| differing(was, is)),
            input: &command.input,
            question: Question {
                step: self.step.number,
                command: index,
                process,
                shell,
                is_shell,
            },
        }
    }
}

/// Returns the name of the shell in which a command is typed, such as
/// `host:web`.
fn shell_of(command: &Command) -> String {
    command.prompt().trim_end_matches('#').to_owned()
}

/// Returns a pattern for a name as a whole word.
fn word(name: &str) -> Regex {
    let pattern = format!(r"(?-u:\b){}(?-u:\b)", regex::escape(name));
    Regex::new(&pattern).expect("an escaped name is a valid pattern")
}

#[cfg(test)]
mod tests;
