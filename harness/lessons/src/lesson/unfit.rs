//! Reasons why a lesson cannot show a function.

use thiserror::Error;

/// Greatest length of a function, in lines: nobody would read a longer one.
pub const LONGEST: usize = 40;

/// Reason why a lesson cannot show a function; the message says what to do.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Unfit {
    /// The file has no such function.
    #[error("there is none: name a function of this file")]
    Absent,
    /// The file has several functions of this name.
    #[error("there are several: name one that is there once")]
    Ambiguous,
    /// The function's last brace is not where rustfmt puts it.
    #[error("it has no end: format the file with cargo fmt")]
    Endless,
    /// The function has no statement.
    #[error("it is empty: name one that does something")]
    Empty,
    /// The function has this number of lines, which is too many.
    #[error(
        "it has {0} lines, and a lesson shows at most {LONGEST}: name a \
         shorter one, or cut it in two"
    )]
    Long(usize),
    /// This line of the file would end the block.
    #[error("line {0} begins with a fence: write that in another way")]
    Fence(usize),
}
