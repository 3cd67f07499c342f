//! A change of a lesson's text.

use std::ops::Range;

/// Lines that replace others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// Bytes of the file to replace: whole lines.
    pub range: Range<usize>,
    /// New lines.
    pub lines: Vec<String>,
}
