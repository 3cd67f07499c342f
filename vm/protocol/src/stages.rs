//! Messages between the harness and the program that makes stages. One stream
//! carries all stages of a run: each message names its stage.
//!
//! The bytes of a stage are the frames of [`crate::message`], cut anywhere.

use serde::{Deserialize, Serialize};

/// Number of a stage. The harness chooses it and never uses it again.
pub type StageId = u32;

/// Largest number of bytes in one message.
pub const MOST_BYTES: usize = crate::frame::MAX_PAYLOAD;

/// A message of the harness to the program that makes stages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToStages {
    /// Makes a stage. Its first bytes, or [`FromStages::Ended`], are the answer.
    Make {
        /// The new stage.
        stage: StageId,
    },
    /// Carries bytes to a stage's PID 1.
    Bytes {
        /// The stage.
        stage: StageId,
        /// The bytes, at most [`MOST_BYTES`].
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Ends a stage. Answered by [`FromStages::Ended`].
    End {
        /// The stage.
        stage: StageId,
    },
}

/// A message of the program that makes stages to the harness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromStages {
    /// Carries bytes of a stage's PID 1.
    Bytes {
        /// The stage.
        stage: StageId,
        /// The bytes, at most [`MOST_BYTES`].
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Nothing of the stage is left. The last message about a stage.
    Ended {
        /// The stage.
        stage: StageId,
        /// Status as a shell shows it: 128 plus the number of a signal.
        status: u8,
        /// Last part of what the stage's processes wrote to standard error.
        said: String,
    },
}
