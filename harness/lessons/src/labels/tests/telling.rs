//! Tells a story with the numbers of one run.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{
    FIRST_PID, Facts, Interface, Kind, LinkState, Namespace, NetNamespace,
    Process,
};

use super::story::{Print, Thing, World};
use crate::labels::{Namer, Watch};

/// The numbers of one run, with which a story is told.
#[derive(Debug)]
pub(super) struct Telling {
    pub(super) random: u64,
    /// Whether the kernel gives cookies to network namespaces.
    pub(super) cookies: bool,
    pub(super) numbers: BTreeMap<Thing, u64>,
    pub(super) namer: Namer,
}

impl Telling {
    pub(super) fn new(seed: u64, cookies: bool) -> Self {
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

    /// Gives a number that is not in use to a thing without one.
    pub(super) fn give(&mut self, thing: Thing, living: &BTreeSet<Thing>) {
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
            // Multiplier of Knuth's MMIX generator.
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

    pub(super) fn namespace(&self, thing: Thing) -> Namespace {
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

    pub(super) fn mac(&self, thing: Thing) -> [u8; 6] {
        let bytes = self.numbers[&thing].to_be_bytes();
        [bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]]
    }

    pub(super) fn facts(&self, world: &World) -> Facts {
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

    /// Whether a printed number can mean only one thing: no other has had the
    /// number since this thing was last seen.
    pub(super) fn is_clear(
        &self,
        print: Print,
        others: &BTreeSet<Thing>,
    ) -> bool {
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

    pub(super) fn print(&self, Print { thing, bare }: Print) -> String {
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
