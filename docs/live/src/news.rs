//! What has happened, for the page.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::envelope::Place;

/// A piece of news.
#[derive(Debug, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum News {
    /// The terminals are open, and the facts are read: the lesson can begin.
    Ready {
        /// Release of the kernel.
        kernel: String,
        /// Prompts by the names of the terminals.
        prompts: BTreeMap<String, String>,
    },
    /// A terminal shows bytes: without prompts, echo and carriage returns.
    Output {
        /// Name of the terminal.
        terminal: String,
        /// The bytes, for a terminal emulator.
        bytes: Place,
    },
    /// A command of the lesson has ended, and was compared.
    Ran(Ran),
    /// The kernel's state has changed.
    Kernel {
        /// Number of the step whose commands run.
        step: usize,
        /// Processes with a name, and the label of each namespace.
        matrix: Vec<Row>,
        /// The picture of the book, as HTML.
        figure: String,
        /// Sentences about the changes since the end of the step before.
        changes: Vec<String>,
    },
    /// A step has ended, and the facts were compared with its snapshot.
    Step {
        /// Number of the step.
        step: usize,
        /// Whether the facts are as in the book.
        same: bool,
        /// The difference, as `just chapter` shows it.
        difference: Option<String>,
        /// Whether the person has run something of their own before.
        own: bool,
    },
    /// A shell waits after a command of the person's own.
    Waits {
        /// Name of the terminal.
        terminal: String,
        /// Exit status of the command.
        status: u8,
        /// Prompt of the shell.
        prompt: Option<String>,
    },
    /// The first shell of a terminal has ended.
    Closed {
        /// Name of the terminal.
        terminal: String,
    },
    /// A command runs, or the machine is not ready: nothing was typed.
    Busy,
    /// The next command of the lesson cannot be typed, or its output cannot be
    /// compared.
    Stopped {
        /// Line of the lesson, from 1.
        line: usize,
        /// The reason.
        reason: String,
    },
    /// There is no command after the last one.
    End,
    /// PID 1 refuses a request.
    Failed {
        /// Message of PID 1.
        reason: String,
    },
    /// An event that is of no terminal of the lesson.
    Event {
        /// The event, in serde's form.
        event: Value,
    },
}

/// A command of the lesson that has ended.
#[derive(Debug, Serialize)]
pub struct Ran {
    /// Number of the step.
    pub step: usize,
    /// Index of the command in the lesson.
    pub command: usize,
    /// Name of the terminal.
    pub terminal: String,
    /// Prompt of the shell that waits; `None` if the terminal is closed.
    pub prompt: Option<String>,
    /// Whether output and exit status are as in the book.
    pub same: bool,
    /// Output with labels in place of numbers.
    pub shown: String,
    /// Exit status.
    pub status: u8,
    /// The difference, as `just chapter` shows it.
    pub difference: Option<String>,
    /// Whether the person has run something of their own before.
    pub own: bool,
    /// The kernel's answer to the question about this command.
    pub answer: Option<Vec<String>>,
}

/// A process in the matrix.
#[derive(Debug, Serialize)]
pub struct Row {
    /// Name of the process.
    pub name: String,
    /// Labels by the names of the types: `·` is initial.
    pub cells: BTreeMap<&'static str, String>,
}
