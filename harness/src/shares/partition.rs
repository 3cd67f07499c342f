//! A part of the work. Which things are in it depends on the list of things
//! alone, so each computer finds the same division.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A part, written as `3/8`: the third of eight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Partition {
    /// Number of the part, from 1.
    pub part: u16,
    /// Number of parts.
    pub parts: u16,
}

impl Partition {
    /// Returns the indexes of the things in this part, in order. Each thing has
    /// a cost, in any unit.
    pub fn own(self, costs: &[u64]) -> Vec<usize> {
        let parts = division(costs, self.parts);
        let numbered = parts.into_iter().enumerate();
        let own = numbered.filter(|(_, part)| *part == self.part);
        own.map(|(index, _)| index).collect()
    }

    /// Returns the name of the part's file, such as `grades-3-of-8.jsonl`.
    pub fn file(self, what: &str) -> String {
        format!("{what}-{}-of-{}.jsonl", self.part, self.parts)
    }
}

/// Returns the part of each thing. The most expensive things are dealt first,
/// each to the part with the lowest sum of costs so far: the sums of two parts
/// differ by at most the cost of one thing.
fn division(costs: &[u64], parts: u16) -> Vec<u16> {
    let mut order: Vec<usize> = (0..costs.len()).collect();
    order.sort_by_key(|index| (Reverse(costs[*index]), *index));
    let mut lightest: BinaryHeap<Reverse<(u64, u16)>> =
        (1..=parts).map(|part| Reverse((0, part))).collect();
    let mut division = vec![0; costs.len()];
    for index in order {
        let Some(Reverse((sum, part))) = lightest.pop() else {
            break;
        };
        division[index] = part;
        // A sum that is too large for the type comes from a hostile file.
        let sum = sum.saturating_add(costs[index]);
        lightest.push(Reverse((sum, part)));
    }
    division
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(part, parts)| {
            let part = part.parse().ok()?;
            let parts = parts.parse().ok()?;
            Some(Self { part, parts })
        });
        numbers
            .filter(|it| (1..=it.parts).contains(&it.part))
            .ok_or_else(|| {
                "a part is such as 3/8: the third of eight, 1/8 the first"
                    .to_owned()
            })
    }
}

impl TryFrom<String> for Partition {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Partition> for String {
    fn from(it: Partition) -> Self {
        format!("{}/{}", it.part, it.parts)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.part, self.parts)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_parts_are_disjoint_complete_and_even(
            costs in prop::collection::vec(0_u64..100, 0..60),
            parts in 1_u16..12,
        ) {
            let parts: Vec<_> = (1..=parts)
                .map(|part| Partition { part, parts }.own(&costs))
                .collect();
            let mut all: Vec<usize> = parts.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..costs.len()).collect::<Vec<_>>());
            let sum = |it: &Vec<usize>| it.iter().map(|it| costs[*it]).sum();
            let sums: Vec<u64> = parts.iter().map(sum).collect();
            let most = costs.iter().max().copied().unwrap_or(0);
            let [low, high] =
                [sums.iter().min(), sums.iter().max()].map(|it| *it.unwrap());
            prop_assert!(high - low <= most, "{sums:?}");
        }
    }

    /// Another division than that of an older harness would be no fault, but
    /// for shares that both have made.
    #[test]
    fn the_division_is_the_same_on_every_computer() {
        let costs = [1, 5, 2, 2, 4, u64::MAX, u64::MAX, 3];
        assert_eq!(division(&costs, 3), [3, 3, 3, 3, 3, 1, 2, 3]);
        assert_eq!(division(&[7; 7], 3), [1, 2, 3, 1, 2, 3, 1]);
        assert_eq!(division(&[3, 1, 1, 1, 2], 2), [1, 2, 1, 2, 2]);
    }

    #[test]
    fn a_part_is_one_of_its_parts() {
        let part: Partition = "3/8".parse().unwrap();
        assert_eq!(part, Partition { part: 3, parts: 8 });
        for wrong in ["0/8", "9/8", "0/0", "3", "/", "3/8/2", "-1/8", "1/65536"]
        {
            assert!(wrong.parse::<Partition>().is_err(), "{wrong}");
        }
    }
}
