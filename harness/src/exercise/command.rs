//! The subcommands about exercises.

use std::path::Path;

use anyhow::Result;
use clap::Subcommand;

use super::assignment::Assignment;
use super::catalogue::Number;
use super::workshop::Workshop;
use super::{check, explore, learn, predictions, self_check, why};
use crate::out;

/// The subcommands about exercises.
#[derive(Subcommand)]
pub enum ExerciseCommand {
    /// List the exercises, or begin one: print the task and the file to edit
    Exercise {
        /// The exercise's number
        #[arg(value_name = "N.N")]
        number: Option<Number>,
    },
    /// Grade your program or your answer; without a number, check the course
    /// itself
    Check {
        /// The exercise's number
        #[arg(value_name = "N.N")]
        number: Option<Number>,
        /// Your answer, in exercises that ask for one
        #[arg(requires = "number", conflicts_with = "course")]
        answer: Option<String>,
        /// Check the exercise itself: its starter, solution and wrong answers
        #[arg(long)]
        course: bool,
        /// Check on every kernel that has been fetched
        #[arg(long)]
        kernels: bool,
    },
    /// Read one more hint
    Hint {
        /// The exercise's number
        #[arg(value_name = "N.N")]
        number: Number,
    },
    /// Begin an exercise anew; your program is kept in another file
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
        /// Show it even if the exercise is not solved, without a question
        #[arg(long)]
        yes: bool,
    },
    /// Explain the last failed check, or an error: EPERM, setns EINVAL
    Why {
        /// An error, a call, a type of namespace; or a whole message in quotes
        #[arg(value_name = "WORD")]
        words: Vec<String>,
    },
    /// List the exercises and what you have solved, and tell how well you
    /// predict
    Progress,
    /// Open a shell in the machine that an exercise begins with
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
        ExerciseCommand::Exercise { number: None } => {
            out!("{}", learn::list(&workshop)?);
            Ok(0)
        }
        ExerciseCommand::Progress => {
            out!("{}", learn::list(&workshop)?);
            out!("\n{}", predictions::summary(&workshop.predictions()));
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
        ExerciseCommand::Why { words } => why::run(&workshop, &words),
        ExerciseCommand::Reset { number } => learn::reset(&find(number)?),
        ExerciseCommand::Solution { number, yes } => {
            learn::solution(&find(number)?, yes)
        }
        ExerciseCommand::Explore { number } => explore::run(&find(number)?),
    }
}
