//! A prediction beside the kernel's answer.

use protocol::Kind;
use serde::{Deserialize, Serialize};

use super::types::Types;

/// A prediction beside the kernel's answer: types in which a process differs
/// from another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// Types that the reader has chosen.
    pub said: Types,
    /// Types in which the kernel held different namespaces.
    pub kernel: Types,
}

impl Prediction {
    /// Whether the prediction is right about a type.
    pub fn is_right(self, kind: Kind) -> bool {
        self.said.contains(kind) == self.kernel.contains(kind)
    }

    /// Returns the types about which the prediction is wrong.
    pub fn wrong(self) -> Types {
        Types::which(|kind| !self.is_right(kind))
    }
}
