//! Right and wrong predictions, counted by type.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use protocol::Kind;
use serde::{Deserialize, Serialize};

/// Right and wrong predictions of one person or of many. In a report, anyone
/// may have written the numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Number of questions, each about eight types.
    pub questions: u32,
    /// Number of wrong predictions, by the name of the type.
    pub wrong: BTreeMap<String, Wrong>,
}

/// Number of wrong predictions about one type.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize,
)]
pub struct Wrong {
    /// The reader said that the processes differ, and they do not.
    pub said_differs: u32,
    /// The reader said that the processes have the same namespace, and they
    /// have not.
    pub said_same: u32,
}

impl Wrong {
    /// Counts both ways of being wrong.
    pub fn count(self) -> u64 {
        u64::from(self.said_differs) + u64::from(self.said_same)
    }
}

impl Tally {
    /// Counts a wrong prediction.
    pub fn miss(&mut self, kind: Kind, said_differs: bool) {
        let wrong = self.wrong.entry(kind.name().to_owned()).or_default();
        let count = if said_differs {
            &mut wrong.said_differs
        } else {
            &mut wrong.said_same
        };
        *count = count.saturating_add(1);
    }

    /// Adds the predictions of another person.
    pub fn add(&mut self, other: &Self) {
        self.questions = self.questions.saturating_add(other.questions);
        for (kind, wrong) in other.types() {
            let sum = self.wrong.entry(kind.name().to_owned()).or_default();
            sum.said_differs =
                sum.said_differs.saturating_add(wrong.said_differs);
            sum.said_same = sum.said_same.saturating_add(wrong.said_same);
        }
    }

    /// Returns the number of predictions: one for each type.
    pub fn all(&self) -> u64 {
        u64::from(self.questions) * Kind::ALL.len() as u64
    }

    /// Returns the number of predictions that are right.
    pub fn right(&self) -> u64 {
        let wrong = self.types().map(|(_, wrong)| wrong.count());
        self.all().saturating_sub(wrong.sum())
    }

    /// Returns the types with wrong predictions, those with most of them first.
    pub fn worst(&self) -> Vec<(Kind, Wrong)> {
        let mut worst: Vec<_> = self.types().collect();
        worst.retain(|(_, wrong)| wrong.count() > 0);
        worst.sort_by_key(|(_, wrong)| Reverse(wrong.count()));
        worst
    }

    /// Returns the types of the tally that exist.
    fn types(&self) -> impl Iterator<Item = (Kind, Wrong)> {
        Kind::ALL.into_iter().filter_map(|kind| {
            self.wrong.get(kind.name()).map(|wrong| (kind, *wrong))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_nobody_has_counted_are_added_without_an_overflow() {
        let text = r#"{"questions":4294967295,"wrong":{"pid":
            {"said_differs":4294967295,"said_same":4294967295},
            "moon":{"said_differs":1,"said_same":0}}}"#;
        let one: Tally = serde_json::from_str(text).unwrap();
        let mut sum = one.clone();
        sum.add(&one);
        assert_eq!(sum.worst().len(), 1);
        assert!(sum.right() < sum.all());
    }
}
