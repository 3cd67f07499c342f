//! A lesson: one Markdown file that is a page to read and a script to play.
//!
//! # Layout
//!
//! * here: what a lesson consists of
//! * [`mod@parse`]: from the file's text, with every error at its line
//!   (`markdown` finds the blocks, `console` and `settings` read them)
//! * `write`: back to text, [`Lesson`]'s `Display`
//! * [`version`]: what differs between kernels, or versions of a tool
//! * [`expected`]: what a command shall print, and whether it did
//! * [`columns`]: how wide a table's columns are does not count
//! * [`mod@rewrite`]: new output into the old text, for `just bless`

pub mod columns;
mod console;
pub mod expected;
mod markdown;
pub mod parse;
pub mod problem;
#[cfg(test)]
mod properties;
pub mod rewrite;
mod settings;
pub mod version;
mod write;

use std::ops::Range;

pub use expected::{Expected, matches};
pub use parse::{decode, parse};
pub use problem::{LessonError, LessonErrors, Problem};
pub use rewrite::{Change, Unwritable, rewrite};
pub use version::{Tool, Version, Versions, When};

/// What a lesson file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The text of its only `#` heading, as Markdown.
    pub title: String,
    /// How long it takes to read and play.
    pub minutes: Option<u32>,
    /// Its terminals: each is one lasting shell. `host` if it names none.
    pub terminals: Vec<String>,
    /// The processes to watch that are not shells.
    pub watch: Vec<Watch>,
    /// What stands between the title and the first step, as Markdown.
    pub intro: String,
    /// Its steps, at least one.
    pub steps: Vec<Step>,
}

/// A process to watch: the oldest one with this name in `/proc/PID/comm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// What the lesson calls it.
    pub label: String,
    /// What the kernel calls it.
    pub command: String,
}

/// One `##` section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its place in the lesson, from 1.
    pub number: usize,
    /// The text of its heading, as Markdown.
    pub title: String,
    /// The title as part of a file's name.
    pub slug: String,
    /// The line of its heading, from 1.
    pub line: usize,
    /// What it consists of, in order.
    pub parts: Vec<Part>,
}

/// A piece of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Markdown without fenced blocks.
    Prose(String),
    /// A `console` block: commands to run.
    Block(Vec<Command>),
    /// A fenced block that is only shown, with its fences.
    Figure(String),
}

/// One command and what it shall do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The line of its prompt, from 1.
    pub line: usize,
    /// The terminal it is typed into, the first name of the prompt.
    pub terminal: String,
    /// The shells started in that terminal's shell, outermost first:
    /// `["web"]` for `host:web#`.
    pub nested: Vec<String>,
    /// The text to type, continuation lines included.
    pub input: String,
    /// What it prints, after normalisation, on any kernel.
    pub expected: Vec<Expected>,
    /// Its exit status, unless a mark says otherwise.
    pub status: u8,
    /// What of that is so on some kernels only.
    pub marks: Vec<Mark>,
    /// Where the file says what it prints, `[exit N]` included: whole lines.
    pub output: Range<usize>,
}

/// What a version's mark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// On which kernels, or with which versions of a tool, it is so.
    pub when: When,
    /// What is so.
    pub what: Marked,
}

/// One line of what a command shall do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marked {
    /// This line of its output is there, from 0.
    Line(usize),
    /// It has this exit status.
    Status(u8),
}

/// What a command shall do on one system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnSystem {
    /// What it prints.
    pub expected: Vec<Expected>,
    /// Which of all the command's lines those are.
    pub places: Vec<usize>,
    /// Its exit status.
    pub status: u8,
}

impl Command {
    /// What it shall do with these versions of the kernel and of tools.
    pub fn on(&self, versions: &Versions) -> OnSystem {
        let (mut expected, mut places) = (Vec::new(), Vec::new());
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

    /// The line of the file where a mark stands.
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

    /// The prompt it stands behind, `host:web#`.
    pub fn prompt(&self) -> String {
        let mut prompt = self.terminal.clone();
        for name in &self.nested {
            prompt.push(':');
            prompt.push_str(name);
        }
        prompt.push('#');
        prompt
    }

    /// The line of the file where its expected output begins.
    pub fn output_line(&self) -> usize {
        self.line + self.input.split('\n').count()
    }
}

impl Lesson {
    /// All commands, in the order they are run.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.steps.iter().flat_map(Step::commands)
    }

    /// The tools whose versions its marks are about.
    pub fn tools(&self) -> impl Iterator<Item = Tool> {
        Tool::ALL.into_iter().filter(|tool| {
            let mut marks = self.commands().flat_map(|c| &c.marks);
            marks.any(|mark| mark.when.tool() == Some(*tool))
        })
    }

    /// The shells nested in its terminal once the command with this index
    /// has run, outermost first. The prompt of the terminal's next command
    /// says so; after its last command nothing does.
    pub fn shell_names_after(&self, index: usize) -> Option<&[String]> {
        let mut rest = self.commands().skip(index);
        let terminal = &rest.next()?.terminal;
        rest.find(|next| next.terminal == *terminal)
            .map(|next| next.nested.as_slice())
    }
}

impl Step {
    /// Its commands, in the order they are run.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.parts.iter().flat_map(|part| match part {
            Part::Block(commands) => commands.as_slice(),
            Part::Prose(_) | Part::Figure(_) => &[],
        })
    }
}
