//! The result of a comparison.

use super::table::Difference;

/// The result of a comparison.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Name of the Docker, such as `Docker 28.5.2+dfsg4 (sid)`.
    pub(super) docker: String,
    /// Number of steps.
    pub(super) steps: usize,
    /// Number of commands.
    pub(super) commands: usize,
    /// Number of differences.
    pub(super) differences: usize,
    /// Number of outputs that dockerd has lost, which were not compared.
    pub(super) lost: usize,
    /// Rows of the table that were not used, with their places.
    pub(super) stale: Vec<String>,
}

impl Comparison {
    /// Counts a command with its differences.
    pub(super) fn count(&mut self, differences: &[Difference]) {
        let lost = differences.iter().filter(|it| it.is_lost()).count();
        self.commands += 1;
        self.lost += lost;
        self.differences += differences.len() - lost;
    }

    /// Returns whether there is no difference but those in the table, and no
    /// row is unused.
    pub(super) fn is_same(&self) -> bool {
        self.differences == 0 && self.stale.is_empty()
    }
}
