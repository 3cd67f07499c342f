//! What is to be explained.

use std::path::PathBuf;

use nix::errno::Errno;

use crate::call::Call;
use crate::rule::Rule;
use crate::state::State;
use protocol::Kind;

/// A failure. What is not named may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The call.
    pub call: Option<Call>,
    /// The error.
    pub errno: Option<Errno>,
    /// Types of the namespaces.
    pub kinds: Vec<Kind>,
    /// The object of the call.
    pub object: Option<PathBuf>,
    /// Chapter that the failure was met in.
    pub chapter: Option<u32>,
}

impl Question {
    /// Returns whether a rule may be the answer.
    pub fn is_about(&self, rule: &Rule) -> bool {
        let kinds = &self.kinds;
        self.call.is_none_or(|call| rule.calls.contains(&call))
            && self.errno.is_none_or(|errno| errno == rule.errno)
            && (kinds.is_empty()
                || rule.only.kinds.is_empty()
                || kinds.iter().any(|kind| rule.only.kinds.contains(kind)))
    }

    /// Returns whether nothing is named at all.
    pub fn is_empty(&self) -> bool {
        self.call.is_none() && self.errno.is_none() && self.kinds.is_empty()
    }

    /// Takes the type of the namespace behind the object, if no other is named.
    #[must_use]
    pub fn of(mut self, state: &State) -> Self {
        let target = state.object.as_ref().and_then(|it| it.target);
        if let Some(target) = target
            && self.kinds.is_empty()
        {
            self.kinds.push(target.kind);
        }
        self
    }
}
