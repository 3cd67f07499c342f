//! Properties of the labels: equal stays equal, different stays different, and
//! nothing else of a run is left.
//!
//! A random story is told of a machine: processes start and end, namespaces
//! are made, kept and gone, interfaces come and go, and after each event some
//! of it is printed. The story is told twice, with other numbers each time,
//! drawn from so few that they are given again and again.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use protocol::{
    FIRST_PID, Facts, Interface, Kind, LinkState, Namespace, NetNamespace,
    Process,
};

use crate::labels::{NamedProcess, Namer, leftover};
use crate::lesson::Watch;
use crate::snapshot_text;

/// Event in the story, with numbers that choose processes.
#[derive(Clone, Debug)]
enum Event {
    /// A process starts as a child of another, in new namespaces or not.
    Start {
        parent: usize,
        net: bool,
        uts: bool,
        httpd: bool,
    },
    /// A process ends.
    End(usize),
    /// A process ends, and another starts before anybody looks.
    Replace { old: usize, net: bool, uts: bool },
    /// A namespace of a process gets a handle that keeps it.
    Keep { of: usize, kind: Kind },
    /// A process starts in a kept namespace.
    Enter(usize),
    /// A kept namespace loses its handle.
    Release(usize),
    /// An interface comes; several may have one address, as bridges do.
    Plug {
        name: &'static str,
        old_address: bool,
    },
    /// An interface goes.
    Unplug(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let flag = any::<bool>;
    let any = any::<usize>;
    let kind = prop::sample::select(vec![Kind::Net, Kind::Uts]);
    let name = prop::sample::select(vec!["eth0", "docker0", "veth1"]);
    prop_oneof![
        4 => (any(), flag(), flag(), flag()).prop_map(
            |(parent, net, uts, httpd)| Event::Start { parent, net, uts, httpd }
        ),
        3 => any().prop_map(Event::End),
        3 => (any(), flag(), flag())
            .prop_map(|(old, net, uts)| Event::Replace { old, net, uts }),
        2 => (any(), kind).prop_map(|(of, kind)| Event::Keep { of, kind }),
        1 => any().prop_map(Event::Enter),
        1 => any().prop_map(Event::Release),
        2 => (name, flag())
            .prop_map(|(name, old_address)| Event::Plug { name, old_address }),
        1 => any().prop_map(Event::Unplug),
    ]
}

/// Thing that has a number, by its place among all of its sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Namespace(Kind, usize),
    Process(usize),
    Address(usize),
}

/// A thing and how it is printed.
#[derive(Clone, Copy, Debug)]
struct Print {
    thing: Thing,
    bare: bool,
}

#[derive(Clone, Debug)]
struct Task {
    id: usize,
    net: Thing,
    uts: Thing,
    httpd: bool,
}

/// The story's machine, without numbers.
#[derive(Clone, Debug)]
struct World {
    tasks: Vec<Task>,
    kept: Vec<Thing>,
    plugs: Vec<(&'static str, Thing)>,
    things: usize,
}

impl World {
    fn new() -> Self {
        let mut world = World {
            tasks: Vec::new(),
            kept: Vec::new(),
            plugs: Vec::new(),
            things: 0,
        };
        let net = Thing::Namespace(Kind::Net, world.number());
        let uts = Thing::Namespace(Kind::Uts, world.number());
        for _ in ["init", "host"] {
            let id = world.number();
            world.tasks.push(Task {
                id,
                net,
                uts,
                httpd: false,
            });
        }
        world
    }

    fn number(&mut self) -> usize {
        self.things += 1;
        self.things
    }

    fn start(&mut self, parent: &Task, net: bool, uts: bool, httpd: bool) {
        let mut task = Task {
            id: self.number(),
            httpd,
            ..parent.clone()
        };
        if net {
            task.net = Thing::Namespace(Kind::Net, self.number());
        }
        if uts {
            task.uts = Thing::Namespace(Kind::Uts, self.number());
        }
        self.tasks.push(task);
    }

    /// The place of one that may end: neither init nor the shell.
    fn mortal(&self, which: usize) -> Option<usize> {
        let mortals = self.tasks.len() - 2;
        (mortals > 0).then(|| 2 + which % mortals)
    }

    fn happen(&mut self, event: &Event) {
        let init = self.tasks[0].clone();
        match *event {
            Event::Start {
                parent,
                net,
                uts,
                httpd,
            } => {
                let parent = self.tasks[parent % self.tasks.len()].clone();
                self.start(&parent, net, uts, httpd);
            }
            Event::End(which) => {
                self.mortal(which).map(|task| self.tasks.remove(task));
            }
            Event::Replace { old, net, uts } => {
                self.mortal(old).map(|task| self.tasks.remove(task));
                self.start(&init, net, uts, false);
            }
            Event::Keep { of, kind } => {
                let task = &self.tasks[of % self.tasks.len()];
                let kept = if kind == Kind::Net {
                    task.net
                } else {
                    task.uts
                };
                if !self.kept.contains(&kept) {
                    self.kept.push(kept);
                }
            }
            Event::Enter(which) if !self.kept.is_empty() => {
                let kept = self.kept[which % self.kept.len()];
                self.start(&init, false, false, false);
                if let Some(task) = self.tasks.last_mut() {
                    match kept {
                        Thing::Namespace(Kind::Net, _) => task.net = kept,
                        _ => task.uts = kept,
                    }
                }
            }
            Event::Release(which) if !self.kept.is_empty() => {
                self.kept.remove(which % self.kept.len());
            }
            Event::Plug { name, old_address } => {
                let last = self.plugs.last().map(|(_, address)| *address);
                let address = last.filter(|_| old_address);
                let address =
                    address.unwrap_or_else(|| Thing::Address(self.number()));
                self.plugs.push((name, address));
            }
            Event::Unplug(which) if !self.plugs.is_empty() => {
                self.plugs.remove(which % self.plugs.len());
            }
            _ => {}
        }
    }

    /// All that has a number now.
    fn living(&self) -> BTreeSet<Thing> {
        let tasks = self.tasks.iter();
        tasks
            .flat_map(|task| [Thing::Process(task.id), task.net, task.uts])
            .chain(self.kept.iter().copied())
            .chain(self.plugs.iter().map(|(_, address)| *address))
            .collect()
    }
}

/// The numbers of one run.
#[derive(Debug)]
struct Telling {
    random: u64,
    /// The kernel gives cookies to network namespaces.
    cookies: bool,
    numbers: BTreeMap<Thing, u64>,
    namer: Namer,
}

impl Telling {
    fn new(seed: u64, cookies: bool) -> Self {
        let watch = [Watch {
            label: "web".into(),
            command: "httpd".into(),
        }];
        Self {
            random: seed,
            cookies,
            numbers: BTreeMap::new(),
            namer: Namer::new("6.1.0", &watch),
        }
    }

    /// Gives a number to what has none, not one that is in use.
    fn give(&mut self, thing: Thing, living: &BTreeSet<Thing>) {
        if self.numbers.contains_key(&thing) {
            return;
        }
        let (first, count) = match thing {
            Thing::Namespace(..) => (4_026_531_834, 40),
            Thing::Process(_) => (FIRST_PID as u64, 40),
            Thing::Address(_) => (0x7a_00_00_00_00_00, 1 << 40),
        };
        let taken: Vec<u64> = living
            .iter()
            .filter_map(|thing| self.numbers.get(thing).copied())
            .collect();
        loop {
            // Knuth's MMIX generator.
            self.random = self
                .random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let number = first + (self.random >> 24) % count;
            if !taken.contains(&number) {
                self.numbers.insert(thing, number);
                return;
            }
        }
    }

    fn namespace(&self, thing: Thing) -> Namespace {
        let Thing::Namespace(kind, id) = thing else {
            panic!("{thing:?} is no namespace")
        };
        let has_cookie = self.cookies && kind == Kind::Net;
        Namespace {
            kind,
            device: 4,
            inode: self.numbers[&thing],
            cookie: if has_cookie { id as u64 } else { 0 },
        }
    }

    fn mac(&self, thing: Thing) -> [u8; 6] {
        let bytes = self.numbers[&thing].to_be_bytes();
        [bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]]
    }

    fn facts(&self, world: &World) -> Facts {
        let processes = world.tasks.iter().map(|task| Process {
            pid: self.numbers[&Thing::Process(task.id)] as i32,
            ppid: 1,
            start_time: task.id as u64,
            command: if task.httpd { "httpd" } else { "bash" }.into(),
            inner_pid: 1,
            namespaces: vec![
                self.namespace(task.net),
                self.namespace(task.uts),
            ],
        });
        let interfaces =
            world
                .plugs
                .iter()
                .enumerate()
                .map(|(n, (name, mac))| Interface {
                    name: (*name).into(),
                    index: n as u32,
                    kind: "veth".into(),
                    state: LinkState::Up,
                    mtu: 1500,
                    mac: self.mac(*mac),
                    addresses: Vec::new(),
                    master: None,
                    peer: None,
                });
        let empty = world.kept.iter().filter(|kept| {
            world
                .tasks
                .iter()
                .all(|t| t.net != **kept && t.uts != **kept)
        });
        Facts {
            processes: processes.collect(),
            networks: vec![NetNamespace {
                namespace: self.namespace(world.tasks[0].net),
                interfaces: interfaces.collect(),
            }],
            pinned: empty.map(|kept| self.namespace(*kept)).collect(),
        }
    }

    /// Whether what is printed could mean one thing only: nothing else has
    /// had its number since it was last seen.
    fn is_clear(&self, print: Print, others: &BTreeSet<Thing>) -> bool {
        let number = self.numbers[&print.thing];
        others.iter().all(|other| {
            *other == print.thing
                || self.numbers[other] != number
                || match (print.thing, other) {
                    (Thing::Namespace(a, _), Thing::Namespace(b, _)) => {
                        a != *b && !print.bare
                    }
                    _ => false,
                }
        })
    }

    fn print(&self, Print { thing, bare }: Print) -> String {
        match thing {
            Thing::Namespace(kind, _) if !bare => {
                format!("{kind}:[{}]", self.numbers[&thing])
            }
            Thing::Address(_) => {
                self.mac(thing).map(|b| format!("{b:02x}")).join(":")
            }
            _ => self.numbers[&thing].to_string(),
        }
    }
}

/// Event, and the things that its command prints, with the text between them.
/// Some things lived only during the command.
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

/// Normalised outputs of the two runs, and the things that were printed.
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
            // A namespace that died earlier is not known any more.
            !matches!(thing, Thing::Namespace(..))
        }));
        // Everything whose number still means something.
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

/// The label of each thing that was printed; a number in a column has a
/// short form of it.
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
                    // A role: one process has it at a time, but others may
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
