//! The hidden subcommand that is PID 1 of a sandbox.

use std::ffi::OsString;

use anyhow::Result;
use clap::Subcommand;

use super::{SUBCOMMAND, init};

/// The subcommand about sandboxes.
#[derive(Subcommand)]
pub enum SandboxCommand {
    /// PID 1 of a sandbox
    #[command(name = SUBCOMMAND, hide = true)]
    Sandbox {
        /// The program and its arguments
        #[arg(required = true, trailing_var_arg = true)]
        program: Vec<OsString>,
    },
}

/// Runs PID 1 of the sandbox and returns the exit code.
pub fn run(command: &SandboxCommand) -> Result<u8> {
    let SandboxCommand::Sandbox { program } = command;
    init::run(program)
}
