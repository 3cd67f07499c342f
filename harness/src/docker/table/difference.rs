//! A difference between the results of both runtimes.

use super::aspect::Aspect;
use crate::compare::diff::{self, DiffLine};

/// An aspect of a command's result that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::docker) struct Difference {
    pub(super) aspect: Aspect,
    lines: Vec<DiffLine>,
    /// Whether dockerd has lost Docker's lines.
    lost: bool,
}

impl Difference {
    /// Returns a difference in these lines.
    pub(super) fn new(aspect: Aspect, lines: Vec<DiffLine>) -> Self {
        Self {
            aspect,
            lines,
            lost: false,
        }
    }

    /// Returns whether the difference is in the state of the kernel.
    pub(in crate::docker) fn is_in_facts(&self) -> bool {
        self.aspect == Aspect::Facts
    }

    /// Blames dockerd, if it has lost output and every line of Docker is a line
    /// of `container` too: the missing lines may be the lost ones.
    pub(in crate::docker) fn blame_dockerd_for(&mut self, lost: bool) {
        let printed = matches!(self.aspect, Aspect::Stdout | Aspect::Stderr);
        let mut lines = self.lines.iter();
        let missing = lines.all(|line| !matches!(line, DiffLine::Expected(_)));
        self.lost = lost && printed && missing;
    }

    /// Returns whether dockerd is to blame.
    pub(in crate::docker) fn is_lost(&self) -> bool {
        self.lost
    }

    /// Returns the lines: `-` is Docker's, `+` is `container`'s.
    pub(in crate::docker) fn render(
        &self,
        paint: impl Fn(&DiffLine, String) -> String,
    ) -> String {
        let docker = if self.lost {
            "lost by dockerd, as its log says"
        } else {
            "- docker"
        };
        let mut text = format!("  {}: {docker}, + container\n", self.aspect);
        for line in &diff::shown(&self.lines) {
            let painted = paint(line, line.to_string());
            text += &format!("    {painted}\n");
        }
        text
    }
}
