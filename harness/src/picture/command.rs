//! Subcommand of the picture.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;

/// Command that draws the picture.
#[derive(Subcommand)]
pub enum PictureCommand {
    /// Draw the picture of the front page, from a run of chapter 3
    #[command(hide = true)]
    Picture {
        /// The folder to write it into
        folder: PathBuf,
    },
}

/// Runs the command and returns its exit code.
pub fn run(workspace: &Path, command: &PictureCommand) -> Result<u8> {
    let PictureCommand::Picture { folder } = command;
    super::write(workspace, folder)?;
    Ok(0)
}
