//! Why a lesson cannot be played on.

use std::time::Duration;

use thiserror::Error;

use crate::lesson::Command;
use crate::machine::Failure;
use crate::names::{self, Leftover, LooksNormalised};

/// The rest of the lesson cannot be played.
#[derive(Debug, Error)]
pub enum Interruption {
    /// The machine is gone.
    #[error(transparent)]
    Machine(#[from] Failure),
    /// The lesson and the machine disagree: the lesson is wrong here.
    #[error("line {line}: {reason}")]
    Lesson {
        /// The line of the command, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

impl Interruption {
    fn at(command: &Command, reason: String) -> Self {
        Self::Lesson {
            line: command.line,
            reason,
        }
    }

    pub(super) fn no_terminal(command: &Command) -> Self {
        let reason = format!("there is no terminal {}", command.terminal);
        Self::at(command, reason)
    }

    pub(super) fn closed(command: &Command) -> Self {
        let reason = format!(
            "the terminal {} is closed: its first shell has ended",
            command.terminal
        );
        Self::at(command, reason)
    }

    pub(super) fn wrong_prompt(command: &Command, waiting: &str) -> Self {
        let reason = format!(
            "the lesson shows the prompt `{}`, but the shell that waits is \
             `{waiting}#`: a shell was started or has ended that the \
             lesson's prompts do not show",
            command.prompt()
        );
        Self::at(command, reason)
    }

    pub(super) fn overdue(
        command: &Command,
        deadline: Duration,
        printed: &str,
    ) -> Self {
        let mut reason = format!(
            "`{}` has not ended after {} s; the machine is well",
            command.input,
            deadline.as_secs()
        );
        if !printed.is_empty() {
            reason.push_str("\nIt has printed:\n");
            reason.push_str(&names::plain(printed));
        }
        Self::at(command, reason)
    }

    pub(super) fn too_much(command: &Command) -> Self {
        let reason =
            format!("`{}` prints more than a lesson can hold", command.input);
        Self::at(command, reason)
    }

    pub(super) fn ambiguous(command: &Command, error: LooksNormalised) -> Self {
        Self::at(command, format!("`{}`: {error}", command.input))
    }

    pub(super) fn numbered(command: &Command, leftover: Leftover) -> Self {
        Self::at(command, format!("`{}`: {leftover}", command.input))
    }
}
