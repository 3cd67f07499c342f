//! Properties of labels: equal numbers get equal labels, different ones
//! different labels, and no number of a run is left.
//!
//! A test makes a random story of a machine: processes start and end,
//! namespaces are made, kept and lost, interfaces come and go, and after each
//! event some of it is printed. Two runs tell the same story with different
//! numbers, drawn from so few that numbers are often reused.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use protocol::Kind;

use super::story::{Event, Print, Thing, World, event};
use super::telling::Telling;
use crate::labels::{NamedProcess, leftover};
use crate::snapshot_text;

/// An event and the output of its command: the things that are printed, and the
/// text between them. Some things lived only during the command.
#[derive(Clone, Debug)]
struct Turn {
    event: Event,
    prints: Vec<(usize, bool, &'static str)>,
    short_lived: usize,
}

fn turn() -> impl Strategy<Value = Turn> {
    let gap = prop::sample::select(vec![" ", "  ", "\n", "/", "\n   ", " x "]);
    let print = (any::<usize>(), any::<bool>(), gap);
    (event(), prop::collection::vec(print, 0..8), 0usize..4).prop_map(
        |(event, prints, short_lived)| Turn {
            event,
            prints,
            short_lived,
        },
    )
}

/// Normalised output of both runs, and the things that were printed.
struct Told {
    texts: [String; 2],
    facts: [String; 2],
    prints: Vec<Print>,
}

fn tell(turns: &[Turn], seeds: [u64; 2], cookies: bool) -> Vec<Told> {
    let mut world = World::new();
    let mut before = BTreeSet::new();
    let mut dead = BTreeSet::new();
    let mut runs = seeds.map(|seed| Telling::new(seed, cookies));
    let mut told = Vec::new();
    for turn in turns {
        if !before.is_empty() {
            world.happen(&turn.event);
        }
        let living = world.living();
        dead.extend(before.difference(&living).copied());
        let around: BTreeSet<_> = before.union(&living).copied().collect();
        let mut printable: Vec<Thing> = around.iter().copied().collect();
        printable.extend(dead.iter().filter(|thing| {
            // A namespace that ended earlier is no longer known.
            !matches!(thing, Thing::Namespace(..))
        }));
        // Everything whose number still has a meaning.
        let mut known: BTreeSet<_> = printable.iter().copied().collect();
        for n in 0..turn.short_lived {
            let id = world.number();
            let thing = match n {
                0 => Thing::Namespace(Kind::Uts, id),
                1 => Thing::Namespace(Kind::Net, id),
                _ => Thing::Address(id),
            };
            known.insert(thing);
            printable.push(thing);
            // An address may be printed again.
            dead.insert(thing);
        }
        let facts = runs.each_mut().map(|run| {
            for thing in &living {
                run.give(*thing, &living);
            }
            for thing in &printable {
                run.give(*thing, &known);
            }
            let facts = run.facts(&world);
            let pid = run.numbers[&Thing::Process(world.tasks[1].id)] as i32;
            run.namer.observe(
                &facts,
                &[NamedProcess {
                    pid,
                    label: "host".into(),
                }],
            );
            snapshot_text::text(&facts, &run.namer)
        });
        let prints = turn.prints.iter().map(|(which, bare, gap)| {
            let thing = printable[which % printable.len()];
            (Print { thing, bare: *bare }, *gap)
        });
        let prints: Vec<_> = prints
            .filter(|(print, _)| {
                runs.iter().all(|run| run.is_clear(*print, &known))
            })
            .collect();
        let texts = runs.each_mut().map(|run| {
            let words = prints
                .iter()
                .map(|(print, gap)| format!("|{}|{gap}", run.print(*print)));
            let words: String = words.collect();
            run.namer.normalise(&words).unwrap()
        });
        let prints = prints.into_iter().map(|(print, _)| print).collect();
        told.push(Told {
            texts,
            facts,
            prints,
        });
        before = living;
    }
    told
}

/// Returns the label of each printed thing. In a column of numbers a label has
/// a short form.
fn labels(text: &str) -> Vec<String> {
    let words = text.split('|').skip(1).step_by(2);
    let long = |word: &str| word.trim().replace("[·]", "[initial]");
    words.map(long).collect()
}

proptest! {
    #[test]
    fn with_other_numbers_the_text_is_the_same(
        turns in prop::collection::vec(turn(), 1..16),
        seeds in any::<[u64; 2]>(),
        cookies in any::<bool>(),
    ) {
        for told in tell(&turns, seeds, cookies) {
            let [one, other] = told.texts;
            prop_assert_eq!(leftover(&one), None);
            prop_assert_eq!(one, other);
            let [one, other] = told.facts;
            prop_assert_eq!(leftover(&one), None);
            prop_assert_eq!(one, other);
        }
    }

    #[test]
    fn the_same_thing_has_the_same_label_and_another_thing_another(
        turns in prop::collection::vec(turn(), 1..16),
        seed in any::<u64>(),
        cookies in any::<bool>(),
    ) {
        let mut label_of = BTreeMap::new();
        let mut thing_of = BTreeMap::new();
        for told in tell(&turns, [seed, seed], cookies) {
            let mut web = None;
            let labels = labels(&told.texts[0]);
            prop_assert_eq!(labels.len(), told.prints.len());
            for (print, label) in told.prints.iter().zip(labels) {
                let thing = print.thing;
                if label == "<web>" {
                    // A name belongs to one process at a time, but others may
                    // have had it before.
                    prop_assert_eq!(*web.get_or_insert(thing), thing);
                    label_of.remove(&thing);
                    continue;
                }
                if !label.starts_with("unknown:") {
                    let known = label_of.entry(thing).or_insert(label.clone());
                    prop_assert_eq!(&*known, &label);
                }
                let known = thing_of.entry(label).or_insert(thing);
                prop_assert_eq!(*known, thing);
            }
        }
    }
}
