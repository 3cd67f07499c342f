//! A namespace, as far as the kernel has told of it.

use crate::kind::Kind;

/// All that the answers tell of a namespace beside its identifier.
#[derive(Default)]
pub struct Namespace {
    pub kind: Option<Kind>,
    pub owner: Option<u64>,
}
