//! The subcommands that measure.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;

use super::{Repetitions, containers};

/// The subcommands that measure.
#[derive(Subcommand)]
pub enum BenchCommand {
    /// Measure the time of everything, beside other tools, and write a page
    Bench {
        /// Play only a few rounds, and only print the page
        #[arg(long)]
        quick: bool,
    },
    /// Measure containers, ours and others', inside a sandbox
    #[command(name = containers::SUBCOMMAND, hide = true)]
    BenchContainers {
        /// Path of `container`
        program: PathBuf,
        /// Number of rounds that count
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
