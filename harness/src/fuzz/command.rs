//! The subcommands that throw random input at `container`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;

use super::{Options, player};

/// The subcommands that throw random input.
#[derive(Subcommand)]
pub enum FuzzCommand {
    /// Throw random verbs, names, links and bytes at `container`, in
    /// sandboxes, as root
    Fuzz(Options),
    /// In a sandbox: a round of it
    #[command(name = player::SUBCOMMAND, hide = true)]
    FuzzPlayer {
        /// The round's seed
        seed: u64,
        /// Seconds after which a verb is taken to hang
        patience: u64,
        /// Path of `container`
        program: PathBuf,
        /// The steps to play; all of them if none is named
        keep: Vec<usize>,
    },
}

/// Runs one of the subcommands and returns the exit code.
pub fn run(workspace: &Path, command: &FuzzCommand) -> Result<u8> {
    match command {
        FuzzCommand::Fuzz(options) => super::run(workspace, options),
        FuzzCommand::FuzzPlayer {
            seed,
            patience,
            program,
            keep,
        } => player::run(*seed, *patience, program, keep),
    }
}
