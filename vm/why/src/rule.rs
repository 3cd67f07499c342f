//! One rule: a call fails with an error under a condition.

use nix::errno::Errno;

use crate::call::Call;
use crate::page::Page;
use crate::state::State;
use crate::step::Step;
use protocol::Kind;

/// A documented reason for a call to fail.
pub struct Rule {
    /// Calls that the rule is about.
    pub calls: &'static [Call],
    /// Types and kernels that the rule is about.
    pub only: Only,
    /// The error.
    pub errno: Errno,
    /// The rule, in a sentence.
    pub says: fn() -> String,
    /// Whether a state meets the condition.
    pub finds: fn(&State) -> Finding,
    /// Step of a lesson that shows the rule, or is about the call.
    pub step: Step,
    /// Manual page that has the rule.
    pub page: Page,
}

/// Types and kernels that a rule is about.
pub struct Only {
    /// Types of namespaces; none: any.
    pub kinds: &'static [Kind],
    /// First version of the kernel that has the rule.
    pub since: Option<(u32, u32)>,
    /// First version of the kernel that has the rule no more.
    pub before: Option<(u32, u32)>,
}

/// Any type, on every kernel.
pub const ALWAYS: Only = Only {
    kinds: &[],
    since: None,
    before: None,
};

/// What a state says of the condition of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The condition is met, for this reason.
    Met(String),
    /// The state does not tell; this may.
    Open(String),
    /// The condition is not met, for this reason.
    Unmet(String),
}

impl Rule {
    /// Returns whether the kernel of a state has the rule. Of an unknown kernel
    /// each rule may hold.
    pub fn is_of(&self, kernel: Option<(u32, u32)>) -> bool {
        kernel.is_none_or(|kernel| {
            self.only.since.is_none_or(|since| kernel >= since)
                && self.only.before.is_none_or(|before| kernel < before)
        })
    }

    /// Returns what a state says of the rule.
    pub fn find(&self, state: &State) -> Finding {
        (self.finds)(state)
    }
}

impl Finding {
    /// Returns a finding that nothing is known of.
    pub fn open() -> Self {
        Self::Open(String::new())
    }

    /// Returns the reason.
    pub fn reason(&self) -> &str {
        match self {
            Self::Met(text) | Self::Open(text) | Self::Unmet(text) => text,
        }
    }

    /// Returns whether the condition is met.
    pub fn is_met(&self) -> bool {
        matches!(self, Self::Met(_))
    }
}
