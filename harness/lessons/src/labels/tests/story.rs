//! A story of a machine: its events, and the machine after each event, without
//! numbers.

use std::collections::BTreeSet;

use proptest::prelude::*;
use protocol::Kind;

/// An event. Numbers in an event select the process or thing it is about.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// A process starts a child, in new namespaces or not.
    Start {
        parent: usize,
        net: bool,
        uts: bool,
        httpd: bool,
    },
    /// A process ends.
    End(usize),
    /// A process ends, and another starts before the next look.
    Replace { old: usize, net: bool, uts: bool },
    /// A namespace of a process gets a handle that keeps it.
    Keep { of: usize, kind: Kind },
    /// A process starts in a kept namespace.
    Enter(usize),
    /// A kept namespace loses its handle.
    Release(usize),
    /// An interface comes; several may have one address, as with bridges.
    Plug {
        name: &'static str,
        old_address: bool,
    },
    /// An interface goes.
    Unplug(usize),
}

pub(super) fn event() -> impl Strategy<Value = Event> {
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

/// A thing with a number: its index among all things of its sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    Namespace(Kind, usize),
    Process(usize),
    Address(usize),
}

/// A thing, and the way in which it is printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Print {
    pub(super) thing: Thing,
    pub(super) bare: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) id: usize,
    pub(super) net: Thing,
    pub(super) uts: Thing,
    pub(super) httpd: bool,
}

/// State of the story's machine, without numbers.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) tasks: Vec<Task>,
    pub(super) kept: Vec<Thing>,
    pub(super) plugs: Vec<(&'static str, Thing)>,
    pub(super) things: usize,
}

impl World {
    pub(super) fn new() -> Self {
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

    pub(super) fn number(&mut self) -> usize {
        self.things += 1;
        self.things
    }

    pub(super) fn start(
        &mut self,
        parent: &Task,
        net: bool,
        uts: bool,
        httpd: bool,
    ) {
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

    /// Returns the index of a process that may end: not init, and not the
    /// shell.
    pub(super) fn mortal(&self, which: usize) -> Option<usize> {
        let mortals = self.tasks.len() - 2;
        (mortals > 0).then(|| 2 + which % mortals)
    }

    pub(super) fn happen(&mut self, event: &Event) {
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

    /// Returns all things that have a number now.
    pub(super) fn living(&self) -> BTreeSet<Thing> {
        let tasks = self.tasks.iter();
        tasks
            .flat_map(|task| [Thing::Process(task.id), task.net, task.uts])
            .chain(self.kept.iter().copied())
            .chain(self.plugs.iter().map(|(_, address)| *address))
            .collect()
    }
}
