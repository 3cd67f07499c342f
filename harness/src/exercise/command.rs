//! The subcommands about exercises.

use std::path::Path;

use anyhow::Result;
use clap::Subcommand;

use super::assignment::Assignment;
use super::catalogue::Number;
use super::workshop::Workshop;
use super::{check, explore, learn, self_check};
use crate::out;

/// The subcommands about exercises.
#[derive(Subcommand)]
pub enum ExerciseCommand {
    /// List the exercises, or begin one: what is asked, which file to edit
    Exercise {
        /// The exercise's number
        #[arg(value_name = "N.N")]
        number: Option<Number>,
    },
    /// Grade your program or your answer; without a number, the course's own
    Check {
        /// The exercise's number
        #[arg(value_name = "N.N")]
        number: Option<Number>,
        /// What you found, where something is to be found
        #[arg(requires = "number", conflicts_with = "course")]
        answer: Option<String>,
        /// Whether the exercise itself is right: its starter, solution and
        /// wrong answers
        #[arg(long)]
        course: bool,
        /// On every kernel that has been fetched
        #[arg(long)]
        kernels: bool,
    },
    /// Read a hint, and another one the next time
    Hint {
        /// The exercise's number
        #[arg(value_name = "N.N")]
        number: Number,
    },
    /// Begin an exercise anew; what you have is kept
    Reset {
        /// The exercise's number
        #[arg(value_name = "N.N")]
        number: Number,
    },
    /// Read the solution
    Solution {
        /// The exercise's number
        #[arg(value_name = "N.N")]
        number: Number,
        /// Even if it is not solved yet, and without a question
        #[arg(long)]
        yes: bool,
    },
    /// Tell what you have solved
    Progress,
    /// Open a shell in the machine an exercise begins with
    Explore {
        /// The exercise's number
        #[arg(value_name = "N.N")]
        number: Number,
    },
}

/// Runs one of the subcommands and returns the exit code.
pub fn run(workspace: &Path, command: ExerciseCommand) -> Result<u8> {
    let workshop = Workshop::new(workspace);
    let find = |number| Assignment::find(&workshop, number);
    match command {
        ExerciseCommand::Exercise { number: None }
        | ExerciseCommand::Progress => {
            out!("{}", learn::list(&workshop)?);
            Ok(0)
        }
        ExerciseCommand::Exercise {
            number: Some(number),
        } => learn::begin(&find(number)?),
        ExerciseCommand::Check {
            number: Some(number),
            answer,
            course: false,
            kernels: false,
        } => check::run(&find(number)?, answer.as_deref()),
        ExerciseCommand::Check {
            number, kernels, ..
        } => self_check::run(workspace, number, kernels),
        ExerciseCommand::Hint { number } => learn::hint(&find(number)?),
        ExerciseCommand::Reset { number } => learn::reset(&find(number)?),
        ExerciseCommand::Solution { number, yes } => {
            learn::solution(&find(number)?, yes)
        }
        ExerciseCommand::Explore { number } => explore::run(&find(number)?),
    }
}
