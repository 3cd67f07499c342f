//! The subcommands that measure.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;

use super::{Repetitions, containers};

/// The subcommands that measure.
#[derive(Subcommand)]
pub enum BenchCommand {
    /// Measure how long everything takes, beside others; writes a page
    Bench {
        /// A few rounds; the page is only printed
        #[arg(long)]
        quick: bool,
    },
    /// In a sandbox: containers, started by us and by others
    #[command(name = containers::SUBCOMMAND, hide = true)]
    BenchContainers {
        /// Path of `container`
        program: PathBuf,
        /// How many rounds count
        rounds: usize,
    },
}

/// Runs one of the subcommands and returns the exit code.
pub fn run(workspace: &Path, command: &BenchCommand) -> Result<u8> {
    match command {
        BenchCommand::Bench { quick } => {
            super::run(workspace, Repetitions::new(*quick))
        }
        BenchCommand::BenchContainers { program, rounds } => {
            containers::run(program, *rounds)
        }
    }
}
