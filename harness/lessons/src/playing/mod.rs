//! One run of a lesson, from command to command: which shell waits, and what the
//! numbers of this machine are called.
//!
//! # Layout
//!
//! * here: [`Playing`], the state of a run. Its owner has the machine: types the
//!   commands, and tells what has come of them
//! * [`shells`]: the shells of a terminal, and their names in the lesson
//! * [`misfit`]: reasons why a command does not fit the machine
//! * `unasked`: leaves out addresses that nobody has asked for

pub mod misfit;
pub mod shells;
mod unasked;

use protocol::Facts;

use crate::labels::{self, NamedProcess, Namer};
use crate::lesson::{Command, Lesson};

pub use misfit::Misfit;
use shells::Shells;

/// State of a run of one lesson in one machine.
#[derive(Debug)]
pub struct Playing {
    terminals: Vec<Shells>,
    namer: Namer,
    facts: Facts,
}

/// State of a terminal after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The shell with this PID waits for the next command.
    Prompt(i32),
    /// The terminal's first shell has ended, and with it the terminal.
    Closed,
}

impl Playing {
    /// Begins a lesson in a machine with this kernel release. `shells` are the
    /// PIDs of the first shells, in the order of the lesson's terminals.
    pub fn new(lesson: &Lesson, kernel: &str, shells: &[i32]) -> Self {
        let terminals = lesson.terminals.iter().zip(shells);
        Self {
            terminals: terminals
                .map(|(name, shell)| Shells::new(name, *shell))
                .collect(),
            namer: Namer::new(kernel, &lesson.watch),
            facts: Facts::default(),
        }
    }

    /// Returns the index of the terminal in which a command is to be typed.
    ///
    /// # Errors
    ///
    /// The lesson has no such terminal, or another shell waits there than in the
    /// command's prompt.
    pub fn terminal_of(&self, command: &Command) -> Result<usize, Misfit> {
        let mut all = self.terminals.iter();
        let index = all
            .position(|shells| shells.name() == command.terminal)
            .ok_or_else(|| Misfit::no_terminal(command))?;
        self.terminals[index].are_waiting_for(command)?;
        Ok(index)
    }

    /// Returns the prompt of the shell that waits in a terminal, such as
    /// `host:web#`; `None` if the terminal is closed.
    pub fn prompt_in(&self, terminal: usize) -> Option<String> {
        let shell = self.terminals.get(terminal)?.waiting()?;
        Some(format!("{shell}#"))
    }

    /// Takes in the end of a command: `names` are the nested shells at the
    /// terminal's next command, see [`Lesson::shell_names_after`].
    pub fn ended(
        &mut self,
        terminal: usize,
        after: After,
        names: Option<&[String]>,
    ) {
        let Some(shells) = self.terminals.get_mut(terminal) else {
            return;
        };
        match after {
            After::Prompt(shell) => shells.prompted(shell, names),
            After::Closed => shells.closed(),
        }
    }

    /// Takes in the facts: once before the first command, and after every
    /// command.
    pub fn look(&mut self, mut facts: Facts) {
        unasked::out_of_facts(&mut facts);
        self.facts = self.namer.name_interfaces(facts);
        let shells: Vec<NamedProcess> =
            self.terminals.iter().flat_map(Shells::labelled).collect();
        self.namer.observe(&self.facts, &shells);
    }

    /// Returns what a command has shown, with labels in place of numbers, once
    /// the facts after the command are taken in.
    ///
    /// # Errors
    ///
    /// The output contains a label already, or a number that has none.
    pub fn normal(
        &mut self,
        command: &Command,
        shown: &str,
    ) -> Result<String, Misfit> {
        let normal = self
            .namer
            .normalise(&unasked::out_of_output(shown))
            .map_err(|error| Misfit::ambiguous(command, &error))?;
        match labels::leftover(&normal) {
            Some(leftover) => Err(Misfit::numbered(command, &leftover)),
            None => Ok(normal),
        }
    }

    /// Returns the facts after the last command.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns the labels of this machine's things.
    pub fn namer(&self) -> &Namer {
        &self.namer
    }
}
