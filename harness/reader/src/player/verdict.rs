//! What was not as in the book.

use std::collections::BTreeSet;

/// Where something is held against the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The output of the command with this index.
    Output(usize),
    /// The facts after the step with this number.
    Facts(usize),
}

/// The places that differed when they were last seen.
#[derive(Debug, Default)]
pub struct Verdict {
    different: BTreeSet<Place>,
}

impl Verdict {
    /// Takes in what was seen. Whether it is a difference that was not there
    /// before: what is played again is not told again.
    pub fn is_news(&mut self, place: Place, differs: bool) -> bool {
        match differs {
            true => self.different.insert(place),
            false => {
                self.different.remove(&place);
                false
            }
        }
    }

    /// In how many places.
    pub fn differences(&self) -> usize {
        self.different.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_counts_once_and_until_it_is_gone() {
        let mut verdict = Verdict::default();
        assert!(verdict.is_news(Place::Output(3), true));
        assert!(!verdict.is_news(Place::Output(3), true));
        assert!(verdict.is_news(Place::Facts(3), true));
        assert_eq!(verdict.differences(), 2);
        assert!(!verdict.is_news(Place::Output(3), false));
        assert_eq!(verdict.differences(), 1);
    }
}
