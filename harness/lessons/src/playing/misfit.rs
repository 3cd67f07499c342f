//! Reasons why a command does not fit the machine.

use thiserror::Error;
use tr::tr;

use crate::labels::{Leftover, LooksNormalised};
use crate::lesson::Command;

/// Command that does not fit the machine: the lesson is wrong at this line.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", tr!("line {line}: {reason}", line, reason))]
pub struct Misfit {
    /// Line of the command, from 1.
    pub line: usize,
    /// The problem.
    pub reason: String,
}

impl Misfit {
    /// Returns a problem of a command.
    pub fn at(command: &Command, reason: String) -> Self {
        Self {
            line: command.line,
            reason,
        }
    }

    pub(super) fn no_terminal(command: &Command) -> Self {
        let reason =
            tr!("there is no terminal {name}", name = command.terminal);
        Self::at(command, reason)
    }

    pub(super) fn closed(command: &Command) -> Self {
        let reason = tr!(
            "the terminal {name} is closed: its first shell has ended",
            name = command.terminal
        );
        Self::at(command, reason)
    }

    pub(super) fn wrong_prompt(command: &Command, waiting: &str) -> Self {
        let reason = tr!(
            "the lesson shows the prompt `{prompt}`, but the shell that waits \
             is `{waiting}#`: a shell was started or has ended that the \
             lesson's prompts do not show",
            prompt = command.prompt(),
            waiting
        );
        Self::at(command, reason)
    }

    pub(super) fn ambiguous(
        command: &Command,
        error: &LooksNormalised,
    ) -> Self {
        Self::at(command, format!("`{}`: {error}", command.input))
    }

    pub(super) fn numbered(command: &Command, leftover: &Leftover) -> Self {
        Self::at(command, format!("`{}`: {leftover}", command.input))
    }
}
