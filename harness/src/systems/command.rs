//! The subcommands that play the course on many systems.

use std::path::Path;

use anyhow::Result;
use clap::Subcommand;

use super::{chosen, player};

/// The subcommands about systems.
#[derive(Subcommand)]
pub enum SystemsCommand {
    /// Play all lessons and all solutions on kernels, userlands and QEMUs that
    /// have been fetched, and in the page, and show the results in one table
    #[command(long_about = MATRIX)]
    Matrix(chosen::Wanted),
    /// Play one system of a matrix, which the environment names
    #[command(name = player::SUBCOMMAND, hide = true)]
    PlaySystem(player::Orders),
}

/// The long help of `matrix`.
const MATRIX: &str = "\
Play all lessons and all solutions on kernels, userlands and QEMUs that have \
been fetched, and show the results in one table.

Without an option: every kernel with this computer's own userland and QEMU, \
every userland with the oldest and the newest kernel, and every QEMU with the \
newest kernel and the userland of its suite. If the machine of the page has \
been built, it is one more system, with exercises to find only; --qemu v86 \
names it. Named parts are played in every combination. A part without a name is then the newest kernel, or this \
computer's own userland or QEMU.

A matrix can be divided: --partition 3/8 plays the third of eight parts and \
writes a share, --merge puts all shares together.

Exit status: 0 all is as in the book, 1 something differs, 69 a system could \
not be tried, 70 a machine broke. A part ends with 0 if it was \
played, whatever differs: --merge gives the verdict.";

/// Runs one of the subcommands and returns the exit code.
pub fn run(workspace: &Path, command: &SystemsCommand) -> Result<u8> {
    match command {
        SystemsCommand::Matrix(wanted) => super::run(workspace, wanted),
        SystemsCommand::PlaySystem(orders) => player::run(workspace, orders),
    }
}
