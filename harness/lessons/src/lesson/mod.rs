//! A lesson: one Markdown file that is a page to read and a script to play.
//!
//! # Layout
//!
//! * here: the parts of a lesson
//! * [`mod@parse`]: reads a lesson, and reports every error at its line
//!   (`markdown` finds the blocks, `console` and `settings` read them)
//! * `write`: turns a lesson back into text ([`Lesson`]'s `Display`)
//! * [`version`]: marks for lines that depend on the kernel, a tool or a stage
//! * [`expected`]: compares expected with actual output
//! * [`columns`]: compares lines without regard to the widths of columns
//! * `question`: a question, and an answer behind a click
//! * [`program`]: shows a function of the chapter's program, as in its file;
//!   [`unfit`]: reasons why a function cannot be shown
//! * [`mod@rewrite`]: puts new output into the old text, for `just bless`;
//!   `change`: one replacement of lines
//! * `translation`: titles and prose of another language
//! * [`problem`]: all problems of a lesson file, with advice

mod change;
pub mod columns;
mod console;
pub mod expected;
mod markdown;
pub mod parse;
pub mod problem;
pub mod program;
#[cfg(test)]
mod properties_tests;
mod question;
pub mod rewrite;
mod settings;
mod translation;
pub mod unfit;
pub mod version;
mod write;

use std::ops::Range;

pub use crate::labels::Watch;
pub use change::Replacement;
pub use expected::{Expected, matches};
pub use parse::{decode, parse};
pub use problem::{LessonError, LessonErrors, Problem};
pub use program::{Function, Program};
pub use rewrite::{Unwritable, rewrite};
pub use version::{Tool, Version, Versions, When};

/// A lesson's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Text of the only `#` heading, as Markdown.
    pub title: String,
    /// Minutes that it takes to read and play the lesson.
    pub minutes: Option<u32>,
    /// First kernel that can do what the lesson shows; `None` if all can.
    pub kernel: Option<Version>,
    /// Names of the terminals; each is one lasting shell. `host` if the
    /// settings name none.
    pub terminals: Vec<String>,
    /// Processes to watch that are not shells.
    pub watch: Vec<Watch>,
    /// Text between the title and the first step, as Markdown.
    pub intro: String,
    /// The steps, at least one.
    pub steps: Vec<Step>,
}

/// One `##` section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Number of the step, from 1.
    pub number: usize,
    /// Text of the step's heading, as Markdown.
    pub title: String,
    /// Anchor that code hosts give to the heading; also part of a file's name.
    pub slug: String,
    /// Line of the step's heading, from 1.
    pub line: usize,
    /// Content, in order.
    pub parts: Vec<Part>,
}

/// A piece of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Markdown without fenced blocks.
    Prose(String),
    /// A `console` block: commands to run.
    Block(Vec<Command>),
    /// A function of the chapter's program.
    Program(Program),
    /// A fenced block that is only shown, with its fences.
    Figure(String),
    /// A question, as Markdown. The answer is all up to [`Part::EndOfAnswer`].
    Question(String),
    /// End of the answer to a question.
    EndOfAnswer,
}

/// One command and its expected result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Line of the prompt, from 1.
    pub line: usize,
    /// Terminal in which the command is typed: the first name of the prompt.
    pub terminal: String,
    /// Shells nested in the terminal's first shell, outermost first: `["web"]`
    /// for `host:web#`.
    pub nested: Vec<String>,
    /// Text to type, with continuation lines.
    pub input: String,
    /// Normalised output, with the lines for all kernels.
    pub expected: Vec<Expected>,
    /// Exit status, unless a mark overrides it.
    pub status: u8,
    /// Parts of the result that hold on some kernels only.
    pub marks: Vec<Mark>,
    /// Bytes of the file that contain the expected output, with `[exit N]`:
    /// whole lines.
    pub output: Range<usize>,
}

/// A version mark, and the part of the result it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Kernels, or versions of a tool, for which the part holds.
    pub when: When,
    /// The marked part.
    pub what: Marked,
}

/// A part of a command's result that a mark can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marked {
    /// Line of the expected output with this index, from 0.
    Line(usize),
    /// This exit status.
    Status(u8),
}

/// Expected result of a command on one system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnSystem {
    /// Expected output.
    pub expected: Vec<Expected>,
    /// Index of each of these lines among all expected lines of the command.
    pub places: Vec<usize>,
    /// Expected exit status.
    pub status: u8,
}

impl Command {
    /// Returns the expected result with these versions of the kernel and the
    /// tools.
    pub fn on(&self, versions: &Versions) -> OnSystem {
        let mut expected = Vec::new();
        let mut places = Vec::new();
        for (place, line) in self.expected.iter().enumerate() {
            let is_about = |mark: &&Mark| mark.what == Marked::Line(place);
            let mark = self.marks.iter().find(is_about);
            if mark.is_none_or(|mark| mark.when.is_with(versions)) {
                expected.push(line.clone());
                places.push(place);
            }
        }
        let marked = self.marks.iter().find_map(|mark| match mark.what {
            Marked::Status(status) if mark.when.is_with(versions) => {
                Some(status)
            }
            _ => None,
        });
        OnSystem {
            expected,
            places,
            status: marked.unwrap_or(self.status),
        }
    }

    /// Returns the line of the file where a mark stands.
    pub fn mark_line(&self, index: usize) -> usize {
        let first = self.output_line();
        match self.marks[index].what {
            Marked::Line(place) => first + place,
            Marked::Status(_) => {
                let above = self.marks[..index].iter();
                let is_status = |m: &&Mark| matches!(m.what, Marked::Status(_));
                let unmarked = usize::from(self.status != 0);
                let above = above.filter(is_status).count();
                first + self.expected.len() + unmarked + above
            }
        }
    }

    /// Returns the command's prompt, such as `host:web#`.
    pub fn prompt(&self) -> String {
        let mut prompt = self.terminal.clone();
        for name in &self.nested {
            prompt.push(':');
            prompt.push_str(name);
        }
        prompt.push('#');
        prompt
    }

    /// Returns the line of the file where the expected output begins.
    pub fn output_line(&self) -> usize {
        self.line + self.input.split('\n').count()
    }
}

impl Lesson {
    /// Returns all commands, in the order in which they run.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.steps.iter().flat_map(Step::commands)
    }

    /// Returns the tools that the lesson's marks name.
    pub fn tools(&self) -> impl Iterator<Item = Tool> {
        Tool::ALL.into_iter().filter(|tool| {
            let mut marks = self.commands().flat_map(|c| &c.marks);
            marks.any(|mark| mark.when.tool() == Some(*tool))
        })
    }

    /// Returns the shells nested in a terminal after the command with this
    /// index, outermost first. Reads them from the prompt of the terminal's
    /// next command; `None` after its last one.
    pub fn shell_names_after(&self, index: usize) -> Option<&[String]> {
        let mut rest = self.commands().skip(index);
        let terminal = &rest.next()?.terminal;
        rest.find(|next| next.terminal == *terminal)
            .map(|next| next.nested.as_slice())
    }
}

impl Step {
    /// Returns the step's commands, in the order in which they run.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.parts.iter().flat_map(|part| match part {
            Part::Block(commands) => commands.as_slice(),
            _ => &[],
        })
    }

    /// Returns the functions that the step shows, in order.
    pub fn programs(&self) -> impl Iterator<Item = &Program> {
        self.parts.iter().filter_map(|part| match part {
            Part::Program(program) => Some(program),
            _ => None,
        })
    }
}
