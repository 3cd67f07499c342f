//! A scenario that has been played twice: whose is a difference?
//!
//! Docker does not answer all commands in one way: it looks through a map in
//! random order, or takes a moment longer. Where its two answers differ and
//! `container`'s do not, a difference of one play alone is Docker's.

use super::comparison::{BothPlayed, Comparison};

/// Takes the differences of two plays together. Those that are Docker's own are
/// no longer counted, and their commands are [`Comparison::unsteady`].
///
/// The plays are of one scenario, so they have the same commands.
pub(super) fn settle(first: Comparison, second: &Comparison) -> Comparison {
    let mut settled = Comparison {
        played: Vec::new(),
        unsteady: Vec::new(),
        ..first
    };
    settled.stale.retain(|row| second.stale.contains(row));
    for (one, other) in first.played.into_iter().zip(&second.played) {
        let differs = [&one, other].map(BothPlayed::differs);
        if differs == [false, false] {
            continue;
        }
        let is_dockers = differs != [true, true]
            && one.docker != other.docker
            && one.container == other.container;
        if is_dockers {
            settled.unsteady.push(one.command);
        } else if differs[0] {
            settled.played.push(one);
        } else {
            settled.played.push(other.clone());
        }
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::super::result::CommandResult;
    use super::super::table::Table;
    use super::*;

    /// A play of one command, with what Docker and `container` print.
    fn play(docker: &str, container: &str) -> Comparison {
        let result = |stdout: &str| CommandResult {
            stdout: format!("{stdout}\n"),
            ..CommandResult::default()
        };
        let [docker, container] = [docker, container].map(result);
        let mut table = Table::parse("none".as_ref(), "").unwrap();
        let differences = table.compare("Step", "true", &docker, &container);
        let mut comparison = Comparison::default();
        comparison.add(BothPlayed {
            step: "1 Step".into(),
            command: "true".into(),
            docker,
            container,
            differences,
        });
        comparison
    }

    fn settled(first: [&str; 2], second: [&str; 2]) -> Comparison {
        let [first, second] = [first, second].map(|[a, b]| play(a, b));
        settle(first, &second)
    }

    #[test]
    fn docker_that_answers_in_two_ways_is_unsteady() {
        for plays in [[["b", "a"], ["a", "a"]], [["a", "a"], ["b", "a"]]] {
            let settled = settled(plays[0], plays[1]);
            assert!(settled.is_same(), "{plays:?}");
            assert_eq!(settled.unsteady, ["true"], "{plays:?}");
        }
    }

    #[test]
    fn a_difference_of_both_plays_stays() {
        for second in [["b", "a"], ["c", "a"]] {
            let settled = settled(["b", "a"], second);
            assert_eq!(settled.differences(), 1, "{second:?}");
            assert!(settled.unsteady.is_empty(), "{second:?}");
        }
    }

    #[test]
    fn container_that_answers_in_two_ways_differs() {
        for plays in [[["a", "b"], ["a", "a"]], [["a", "a"], ["a", "b"]]] {
            let settled = settled(plays[0], plays[1]);
            assert_eq!(settled.differences(), 1, "{plays:?}");
        }
        assert!(!settled(["a", "b"], ["c", "c"]).is_same());
    }
}
