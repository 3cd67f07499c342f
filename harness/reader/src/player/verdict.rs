//! Differences between the machine and the book.

use std::collections::BTreeSet;

use crate::compare::Difference;

/// A place that is compared with the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComparedPlace {
    /// Output of the command with this index.
    Output(usize),
    /// Program that the lesson shows at this line.
    Program(usize),
    /// Facts after the step with this number.
    Facts(usize),
}

/// Places that differed when they were last compared.
#[derive(Debug, Default)]
pub struct Verdict {
    different: BTreeSet<ComparedPlace>,
}

impl Verdict {
    /// Records the comparison of a place. Returns the difference if the place
    /// did not differ before: a reader who goes back is not told twice.
    pub fn news(
        &mut self,
        place: ComparedPlace,
        difference: Option<Difference>,
    ) -> Option<Difference> {
        let is_news = self.notice(place, difference.is_some());
        difference.filter(|_| is_news)
    }

    fn notice(&mut self, place: ComparedPlace, differs: bool) -> bool {
        if differs {
            return self.different.insert(place);
        }
        self.different.remove(&place);
        false
    }

    /// Counts the places that differ.
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
        assert!(verdict.notice(ComparedPlace::Output(3), true));
        assert!(!verdict.notice(ComparedPlace::Output(3), true));
        assert!(verdict.notice(ComparedPlace::Facts(3), true));
        assert_eq!(verdict.differences(), 2);
        assert!(!verdict.notice(ComparedPlace::Output(3), false));
        assert_eq!(verdict.differences(), 1);
    }
}
