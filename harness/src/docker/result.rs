//! The result of one command of the scenario.

use serde::{Deserialize, Serialize};

/// The result of one command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandResult {
    /// Standard output, normalised.
    pub stdout: String,
    /// Standard error, normalised.
    pub stderr: String,
    /// Exit status.
    pub status: u8,
    /// State of the kernel afterwards, normalised.
    pub facts: String,
    /// Whether dockerd reports that it has lost output meanwhile.
    pub lost: bool,
}
