//! All that can happen to one container when several verbs are at work on it,
//! and any process is killed at any moment. The verbs of the model ask
//! [`next`] what to do, as the real ones.
//!
//! See: docs/src/container-states.md

use std::collections::HashSet;

use proptest::prelude::*;

use super::{State, Step, Verb, next};

/// One container, and everybody who is at work on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    rules: Rules,
    /// None: it was removed.
    folder: Option<Folder>,
    /// All its lives. The number of a life stands for its claim.
    lives: Vec<Life>,
    verbs: Vec<Doing>,
    /// How many more processes may be killed, or end by themselves.
    faults: u8,
}

/// Two rules that were missing once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Rules {
    /// Each life has a claim of its own; not all of them the same.
    a_claim_for_each_life: bool,
    /// Who restarts a container says so, and its owner does not remove it.
    restarts_are_announced: bool,
}

const OURS: Rules = Rules {
    a_claim_for_each_life: true,
    restarts_are_announced: true,
};

/// What is in state.json.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Folder {
    written: Written,
    life: usize,
    /// --rm
    rm: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Written {
    Creating,
    Running,
    Ended,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Life {
    owner: Owner,
    process: bool,
    /// It has been written down that its process runs.
    has_run: bool,
}

/// What an owner does next; it holds the claim until it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Owner {
    Clones,
    WritesThatItRuns,
    Attends,
    TakesBack,
    Gone,
}

/// A verb at work.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Doing {
    verb: Verb,
    at: At,
    ended: bool,
    announced: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum At {
    Looks,
    Signals(usize),
    AwaitsStart(usize),
    AwaitsEnd(usize),
    /// Has begun this life, and waits for its owner's word.
    Begun(usize),
    Finished(bool),
    Killed,
}

/// What may happen next.
#[derive(Clone, Copy, Debug)]
enum Event {
    Verb(usize),
    Owner(usize),
    ProcessEnds(usize),
    VerbIsKilled(usize),
    OwnerIsKilled(usize),
}

impl World {
    /// A container that runs.
    fn new(rules: Rules, rm: bool, verbs: &[Verb], faults: u8) -> Self {
        let doing = |verb: &Verb| Doing {
            verb: *verb,
            at: At::Looks,
            ended: false,
            announced: false,
        };
        let (written, life) = (Written::Running, 0);
        let (owner, process) = (Owner::Attends, true);
        Self {
            rules,
            folder: Some(Folder { written, life, rm }),
            lives: vec![Life {
                owner,
                process,
                has_run: true,
            }],
            verbs: verbs.iter().map(doing).collect(),
            faults,
        }
    }

    fn starting(&self, life: usize) -> bool {
        let owner = self.lives[life].owner;
        matches!(owner, Owner::Clones | Owner::WritesThatItRuns)
    }

    fn claimed(&self, life: usize) -> bool {
        let mut all = self.lives.iter();
        match self.rules.a_claim_for_each_life {
            true => self.lives[life].owner != Owner::Gone,
            false => all.any(|it| it.owner != Owner::Gone),
        }
    }

    fn kept(&self) -> bool {
        self.verbs.iter().any(|it| it.announced)
    }

    /// What goes on by itself.
    fn steps(&self) -> Vec<Event> {
        let able = |doing: &Doing| match doing.at {
            At::Looks | At::Signals(_) => true,
            At::AwaitsStart(life) | At::Begun(life) => !self.starting(life),
            At::AwaitsEnd(life) => !self.claimed(life),
            At::Finished(_) | At::Killed => false,
        };
        let at_work = |life: &Life| match life.owner {
            Owner::Attends => !life.process,
            owner => owner != Owner::Gone,
        };
        let verbs = (0..self.verbs.len()).filter(|it| able(&self.verbs[*it]));
        let owners =
            (0..self.lives.len()).filter(|it| at_work(&self.lives[*it]));
        verbs
            .map(Event::Verb)
            .chain(owners.map(Event::Owner))
            .collect()
    }

    /// What may happen besides, at any moment.
    fn misfortunes(&self) -> Vec<Event> {
        let mut all = Vec::new();
        if self.faults == 0 {
            return all;
        }
        for (n, doing) in self.verbs.iter().enumerate() {
            if !matches!(doing.at, At::Finished(_) | At::Killed) {
                all.push(Event::VerbIsKilled(n));
            }
        }
        for (n, life) in self.lives.iter().enumerate() {
            if life.owner != Owner::Gone {
                all.push(Event::OwnerIsKilled(n));
            }
            if life.process {
                all.push(Event::ProcessEnds(n));
            }
        }
        all
    }

    fn after(&self, event: Event) -> Self {
        let mut world = self.clone();
        match event {
            Event::Verb(n) => world.go_on(n),
            Event::Owner(life) => world.own(life),
            misfortune => {
                world.faults -= 1;
                world.befall(misfortune);
            }
        }
        world.assert_safe();
        world
    }

    fn befall(&mut self, misfortune: Event) {
        match misfortune {
            Event::VerbIsKilled(n) => {
                self.verbs[n].at = At::Killed;
                self.verbs[n].announced = false;
            }
            // The kernel may spare its process (PR_SET_PDEATHSIG(2const)).
            Event::OwnerIsKilled(life) => self.lives[life].owner = Owner::Gone,
            Event::ProcessEnds(life) => self.lives[life].process = false,
            Event::Verb(_) | Event::Owner(_) => unreachable!(),
        }
    }

    fn own(&mut self, life: usize) {
        let next = match self.lives[life].owner {
            Owner::Clones => {
                self.lives[life].process = true;
                Owner::WritesThatItRuns
            }
            Owner::WritesThatItRuns => {
                self.write(Written::Running);
                self.lives[life].has_run = true;
                Owner::Attends
            }
            Owner::Attends => {
                self.write_end();
                Owner::TakesBack
            }
            Owner::TakesBack | Owner::Gone => Owner::Gone,
        };
        self.lives[life].owner = next;
    }

    fn write(&mut self, written: Written) {
        if let Some(folder) = &mut self.folder {
            folder.written = written;
        }
    }

    fn write_end(&mut self) {
        self.write(Written::Ended);
        let kept = self.kept();
        self.folder = self.folder.take().filter(|it| !it.rm || kept);
    }

    /// Under the store's lock: sweeps up what has lost its owner, then looks.
    fn look(&mut self) -> State {
        let Some(Folder { written, life, .. }) = self.folder else {
            return State::Gone;
        };
        if self.lives[life].owner == Owner::Gone {
            self.lives[life].process = false;
            self.write_end();
            return match self.folder {
                Some(_) => State::Ended,
                None => State::Gone,
            };
        }
        match written {
            Written::Creating => State::Starting,
            Written::Running => State::Running,
            Written::Ended => State::Ending,
        }
    }

    fn go_on(&mut self, n: usize) {
        let at = match self.verbs[n].at {
            At::Looks => self.look_and_act(n),
            At::Signals(life) => {
                self.lives[life].process = false;
                At::AwaitsEnd(life)
            }
            At::AwaitsStart(_) | At::AwaitsEnd(_) => At::Looks,
            At::Begun(life) => At::Finished(self.lives[life].has_run),
            at => at,
        };
        let doing = &mut self.verbs[n];
        doing.at = at;
        doing.announced &= !matches!(at, At::Begun(_) | At::Finished(_));
    }

    fn look_and_act(&mut self, n: usize) -> At {
        let state = self.look();
        let life = self.folder.as_ref().map_or(0, |it| it.life);
        let announced = self.rules.restarts_are_announced;
        let doing = &mut self.verbs[n];
        match next(doing.verb, state, doing.ended) {
            Step::Done => At::Finished(true),
            Step::Refuse => At::Finished(false),
            Step::AwaitStart => At::AwaitsStart(life),
            Step::AwaitEnd => At::AwaitsEnd(life),
            Step::End => {
                doing.ended = true;
                doing.announced = announced && doing.verb == Verb::Restart;
                At::Signals(life)
            }
            Step::Begin => self.begin(),
            Step::Forget => {
                self.folder = None;
                At::Finished(true)
            }
        }
    }

    fn begin(&mut self) -> At {
        let life = self.lives.len();
        let (owner, process) = (Owner::Clones, false);
        self.lives.push(Life {
            owner,
            process,
            has_run: false,
        });
        self.write(Written::Creating);
        self.folder.iter_mut().for_each(|it| it.life = life);
        At::Begun(life)
    }

    /// What holds at every moment.
    fn assert_safe(&self) {
        let processes = self.lives.iter().filter(|it| it.process).count();
        assert!(processes <= 1, "two processes: {self:?}");
        let owners = self.lives.iter().filter(|it| it.owner != Owner::Gone);
        assert!(owners.count() <= 1, "two owners: {self:?}");
    }

    /// What holds when nothing goes on by itself any more.
    fn assert_well(mut self) {
        let hangs = |it: &Doing| !matches!(it.at, At::Finished(_) | At::Killed);
        assert!(!self.verbs.iter().any(hangs), "a verb hangs: {self:?}");
        let state = self.look();
        let process = self.lives.iter().any(|it| it.process);
        assert_eq!(process, state == State::Running, "{self:?}");
        assert!(
            matches!(state, State::Gone | State::Running | State::Ended),
            "half a life: {self:?}"
        );
        let rm = self.folder.as_ref().is_some_and(|it| it.rm);
        assert!(!(rm && state == State::Ended), "--rm, and there: {self:?}");
    }
}

/// Every world that can come of this one, to its end.
fn all_ends(world: World, look: &mut impl FnMut(World)) {
    let (mut seen, mut left) = (HashSet::new(), vec![world]);
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
