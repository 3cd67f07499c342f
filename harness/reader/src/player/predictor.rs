//! Predictions that a reader has made, and one that waits for its answer.

use crate::prediction::{Question, Types};
use crate::predictions::Predictions;
use crate::snapshot_text::Matrix;
use crate::work_folder::WorkFolder;

/// Predictions of a reader who has asked to make some.
pub struct Predictor {
    /// Work folder that keeps the predictions.
    pub folder: WorkFolder,
    /// Predictions about this lesson, made since it began.
    pub made: Predictions,
}

/// A prediction that waits for the kernel's answer.
pub struct Pending {
    /// The question that was answered.
    pub question: Question,
    /// Types that the reader expects to change.
    pub said: Types,
    /// Memberships before the command.
    pub before: Matrix,
}

impl Predictor {
    /// Returns a predictor that has asked nothing yet.
    pub fn new(folder: WorkFolder) -> Self {
        Self {
            folder,
            made: Predictions::default(),
        }
    }
}
