//! The subcommands that give random input to `container`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;

use super::options::Options;
use super::{player, rounds};

/// The subcommands about random input.
#[derive(Subcommand)]
pub enum FuzzCommand {
    /// Run `container` with random verbs, names, links and bytes, in sandboxes,
    /// as root
    Fuzz(Options),
    /// Play a round, inside a sandbox
    #[command(name = player::SUBCOMMAND, hide = true)]
    FuzzPlayer {
        /// The round's seed
        seed: u64,
        /// Seconds after which a verb is taken to hang
        patience: u64,
        /// Path of `container`
        program: PathBuf,
        /// The steps to play [default: all]
        keep: Vec<usize>,
    },
}

/// Runs one of the subcommands and returns the exit code.
pub fn run(workspace: &Path, command: &FuzzCommand) -> Result<u8> {
    match command {
        FuzzCommand::Fuzz(options) => rounds::run(workspace, options),
        FuzzCommand::FuzzPlayer {
            seed,
            patience,
            program,
            keep,
        } => player::run(*seed, *patience, program, keep),
    }
}
