//! transition_model - all that can happen to one container when several verbs
//! are at work on it, and any process is killed at any moment
//!
//! # Layout
//!
//! * here: the tests, which play worlds to their ends
//! * [`world`]: one container, and all that can happen to it next
//!
//! See: docs/src/container-states.md

use std::collections::HashSet;

use proptest::prelude::*;

use crate::files::transition::{State, Verb};

mod world;

use world::{At, Doing, OURS, Rules, World};

/// Looks at the end of every world that can come of this one.
fn all_ends(world: World, look: &mut impl FnMut(World)) {
    let mut seen = HashSet::new();
    let mut left = vec![world];
    while let Some(world) = left.pop() {
        if !seen.insert(world.clone()) {
            continue;
        }
        let steps = world.steps();
        let events = steps.iter().copied().chain(world.misfortunes());
        left.extend(events.map(|event| world.after(event)));
        if steps.is_empty() {
            look(world);
        }
    }
}

const VERBS: [Verb; 6] = [
    Verb::Start,
    Verb::Stop,
    Verb::Kill,
    Verb::Restart,
    Verb::Remove,
    Verb::RemoveByForce,
];

fn pairs() -> impl Iterator<Item = [Verb; 2]> {
    VERBS.iter().flat_map(|a| VERBS.map(|b| [*a, b]))
}

fn hangs(world: &World) -> bool {
    let waits = |it: &Doing| matches!(it.at, At::AwaitsEnd(_));
    world.verbs.iter().any(waits)
}

#[test]
fn each_pair_of_verbs_ends_whatever_is_killed_meanwhile() {
    for (verbs, rm) in pairs().flat_map(|it| [(it, false), (it, true)]) {
        let world = World::new(OURS, rm, &verbs, 2);
        all_ends(world, &mut World::assert_well);
    }
}

#[test]
fn each_pair_of_verbs_succeeds_but_for_what_the_other_has_made_impossible() {
    use Verb::*;
    for verbs in pairs() {
        all_ends(World::new(OURS, false, &verbs, 0), &mut |world| {
            for (n, verb) in verbs.into_iter().enumerate() {
                let refused = matches!(
                    (verb, verbs[1 - n]),
                    (Remove, _)
                        | (_, Remove | RemoveByForce)
                        | (Kill, Stop | Kill | Restart)
                );
                let done = world.verbs[n].at == At::Finished(true);
                assert!(done || refused, "{verb:?}: {world:?}");
            }
        });
    }
}

#[test]
fn a_restarted_container_runs_and_is_the_same_also_with_rm() {
    for verbs in [&[Verb::Restart][..], &[Verb::Restart; 3]] {
        all_ends(World::new(OURS, true, verbs, 0), &mut |mut world| {
            assert_eq!(world.look(), State::Running, "{world:?}");
        });
    }
}

#[test]
fn with_one_claim_for_all_lives_who_waits_for_one_waits_for_the_next() {
    let rules = Rules {
        a_claim_for_each_life: false,
        ..OURS
    };
    let caught = pairs().filter(|verbs| {
        let mut found = false;
        let world = World::new(rules, false, verbs, 0);
        all_ends(world, &mut |world| found |= hangs(&world));
        found
    });
    let caught: Vec<_> = caught.collect();
    assert!(caught.contains(&[Verb::Restart; 2]), "{caught:?}");
    assert!(caught.contains(&[Verb::Stop, Verb::Restart]), "{caught:?}");
}

#[test]
fn where_a_restart_is_not_announced_it_loses_a_container_with_rm() {
    let rules = Rules {
        restarts_are_announced: false,
        ..OURS
    };
    let mut lost = false;
    let world = World::new(rules, true, &[Verb::Restart], 0);
    all_ends(world, &mut |world| lost |= world.folder.is_none());
    assert!(lost);
}

proptest! {
    #[test]
    fn many_verbs_end_whatever_is_killed_meanwhile(
        verbs in prop::collection::vec(prop::sample::select(&VERBS), 1..7),
        rm in any::<bool>(),
        chances in prop::collection::vec(any::<prop::sample::Index>(), 0..99),
    ) {
        let mut world = World::new(OURS, rm, &verbs, 5);
        for chance in chances {
            let events = [world.steps(), world.misfortunes()].concat();
            if !events.is_empty() {
                world = world.after(events[chance.index(events.len())]);
            }
        }
        // From here on nothing is killed, and no command ends by itself.
        for _ in 0..1000 {
            let Some(event) = world.steps().first().copied() else {
                break;
            };
            world = world.after(event);
        }
        world.assert_well();
    }
}
