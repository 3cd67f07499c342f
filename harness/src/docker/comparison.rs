//! The result of a comparison.

use super::result::CommandResult;
use super::table::Difference;

/// A command that both have been given, and both results.
#[derive(Clone, Debug)]
pub(super) struct BothPlayed {
    /// Number and title of the step.
    pub(super) step: String,
    /// The command.
    pub(super) command: String,
    /// Docker's result.
    pub(super) docker: CommandResult,
    /// `container`'s result.
    pub(super) container: CommandResult,
    /// Differences that the table does not accept.
    pub(super) differences: Vec<Difference>,
}

impl BothPlayed {
    /// Returns whether there is a difference that dockerd's losses do not
    /// explain.
    pub(super) fn differs(&self) -> bool {
        !self.differences.iter().all(Difference::is_lost)
    }
}

/// The result of a comparison.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Name of the Docker, such as `Docker 28.5.2+dfsg4 (sid)`.
    pub(super) docker: String,
    /// Number of steps.
    pub(super) steps: usize,
    /// Number of commands.
    pub(super) commands: usize,
    /// Commands with their results: all of a play, or those that differ in two.
    pub(super) played: Vec<BothPlayed>,
    /// Number of outputs that dockerd has lost, which were not compared.
    pub(super) lost: usize,
    /// Commands that Docker has answered in two ways, once as `container`.
    pub(super) unsteady: Vec<String>,
    /// Rows of the table that were not used, with their places.
    pub(super) stale: Vec<String>,
}

impl Comparison {
    /// Adds a command with its results.
    pub(super) fn add(&mut self, played: BothPlayed) {
        let lost = played.differences.iter().filter(|it| it.is_lost());
        self.lost += lost.count();
        self.commands += 1;
        self.played.push(played);
    }

    /// Returns the commands that differ.
    pub(super) fn differing(&self) -> impl Iterator<Item = &BothPlayed> {
        self.played.iter().filter(|it| it.differs())
    }

    /// Returns the number of differences.
    pub(super) fn differences(&self) -> usize {
        let all = self.played.iter().flat_map(|it| &it.differences);
        all.filter(|it| !it.is_lost()).count()
    }

    /// Returns whether there is no difference but those in the table, and no
    /// row is unused.
    pub(super) fn is_same(&self) -> bool {
        self.differences() == 0 && self.stale.is_empty()
    }
}
