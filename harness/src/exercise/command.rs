//! What can be typed about exercises.

use std::path::Path;

use anyhow::Result;
use clap::Subcommand;

use super::catalogue::{self, Number};
use super::self_check::{self, Programs};
use crate::exit_code::DIFFERS;
use crate::laboratory::Laboratory;

/// The subcommands about exercises.
#[derive(Subcommand)]
pub enum Command {
    /// Grade an exercise; without a number, check the course's own
    Check {
        /// The exercise's number
        #[arg(value_name = "N.N")]
        number: Option<Number>,
        /// Check the exercise itself: starter, solution, wrong answers
        #[arg(long)]
        course: bool,
    },
}

/// Does one of them; gives the exit code.
pub fn run(workspace: &Path, command: Command) -> Result<u8> {
    match command {
        Command::Check { number, course: _ } => course(workspace, number),
    }
}

fn course(workspace: &Path, number: Option<Number>) -> Result<u8> {
    let entries = match number {
        Some(number) => vec![catalogue::find(workspace, number)?],
        None => catalogue::all(workspace)?,
    };
    let programs = Programs::build(workspace, &entries)?;
    let mut laboratory = Laboratory::open(workspace)?;
    let mut code = 0;
    for entry in &entries {
        let problems = self_check::check(entry, &programs, &mut laboratory)?;
        let sign = if problems.is_empty() { "✓" } else { "✗" };
        println!("{sign} {} {}", entry.number, entry.exercise.title);
        for problem in problems {
            println!("  {}: {}", problem.place, problem.what);
            code = DIFFERS;
        }
    }
    Ok(code)
}
