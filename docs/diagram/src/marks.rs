//! What is new, changed or gone.

use lessons::labels::Label;
use lessons::scene::{Cable, Change, End, Member, Scene, changes};
use protocol::Kind;
use tr::tr;

/// Sign at a thing that is not as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The thing was not there before.
    New,
    /// The thing was there, and is different.
    Changed,
    /// The thing was elsewhere.
    Moved,
    /// The thing is no longer there.
    Gone,
}

impl Mark {
    /// Returns the word on the sign.
    pub fn word(self) -> String {
        match self {
            Self::New => tr!("new"),
            Self::Changed => tr!("changed"),
            Self::Moved => tr!("moved"),
            Self::Gone => tr!("gone"),
        }
    }

    /// Returns the CSS class of the thing.
    pub fn class(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Gone => "gone",
        }
    }
}

/// The differences from the step before.
pub struct Marks<'a> {
    before: Option<&'a Scene>,
    changes: Vec<Change>,
}

impl<'a> Marks<'a> {
    /// Compares a scene with the scene before. Nothing is marked in the first
    /// scene of a lesson.
    pub fn new(before: Option<&'a Scene>, now: &Scene) -> Self {
        let changes = before.map(|before| changes(before, now));
        Self {
            before,
            changes: changes.unwrap_or_default(),
        }
    }

    fn has(&self, change: &Change) -> bool {
        self.changes.contains(change)
    }

    /// Returns the mark of a process.
    pub fn of_member(&self, name: &str) -> Option<Mark> {
        if self.has(&Change::Began(name.into())) {
            return Some(Mark::New);
        }
        let moved = Kind::ALL.iter().any(|kind| self.has_moved(name, *kind));
        moved.then_some(Mark::Moved)
    }

    /// Whether a process is a member of another namespace of a type.
    pub fn has_moved(&self, process: &str, of: Kind) -> bool {
        self.changes.iter().any(|change| match change {
            Change::Moved { name, kind, .. } => name == process && *kind == of,
            _ => false,
        })
    }

    /// Returns the mark of a network namespace.
    pub fn of_network(&self, label: Option<Label>) -> Option<Mark> {
        if self.has(&Change::NewNetwork(label)) {
            return Some(Mark::New);
        }
        let kept = |now| Change::Kept {
            kind: Kind::Net,
            label,
            now,
        };
        let changed = self.has(&kept(true)) || self.has(&kept(false));
        changed.then_some(Mark::Changed)
    }

    /// Returns the mark of a namespace that a handle keeps.
    pub fn of_kept(&self, kind: Kind, label: Label) -> Option<Mark> {
        let label = Some(label);
        let now = true;
        let changed = self.has(&Change::Kept { kind, label, now });
        changed.then_some(Mark::Changed)
    }

    /// Returns the number of processes without a name before, if it changed.
    pub fn others_before(&self, label: Option<Label>) -> Option<usize> {
        self.changes.iter().find_map(|change| match change {
            Change::Others {
                network, before, ..
            } if *network == label => Some(*before),
            _ => None,
        })
    }

    /// Returns the mark of an interface. In a new network all interfaces are
    /// new, and have no mark.
    pub fn of_card(&self, end: &End) -> Option<Mark> {
        if self.has(&Change::NewNetwork(end.network)) {
            return None;
        }
        self.changes.iter().find_map(|change| match change {
            Change::NewCard(it) if it == end => Some(Mark::New),
            Change::MovedCard { to, .. } if to == end => Some(Mark::Moved),
            Change::OtherCard(it) if it == end => Some(Mark::Changed),
            _ => None,
        })
    }

    /// Whether an interface did not have this address.
    pub fn is_new_address(&self, end: &End, address: &str) -> bool {
        let network = self.before.and_then(|it| it.network(end.network));
        let card = network.and_then(|network| network.card(&end.name));
        let changed = self.of_card(end) == Some(Mark::Changed);
        let had = |it: &String| it == address;
        changed && card.is_some_and(|it| !it.addresses.iter().any(had))
    }

    /// Whether a cable is new.
    pub fn is_new_cable(&self, cable: &Cable) -> bool {
        self.has(&Change::NewCable(cable.clone()))
    }

    /// Returns the network namespaces that have ended.
    pub fn gone_networks(&self) -> Vec<Option<Label>> {
        let gone = self.changes.iter().filter_map(|change| match change {
            Change::GoneNetwork(label) => Some(*label),
            _ => None,
        });
        gone.collect()
    }

    /// Returns the processes that have ended and were in a network namespace.
    pub fn ended_in(&self, label: Option<Label>) -> Vec<&'a str> {
        let old = self.before.iter().flat_map(|it| &it.members);
        let old = old.filter(|it: &&Member| it.label(Kind::Net) == label);
        let ended = old
            .filter(|it| self.has(&Change::Ended(it.name.clone())))
            .map(|it| it.name.as_str());
        ended.collect()
    }

    /// Returns the interfaces that have gone from a network namespace.
    pub fn cards_gone_from(&self, label: Option<Label>) -> Vec<&str> {
        let gone = self.changes.iter().filter_map(|change| match change {
            Change::GoneCard(end) if end.network == label => {
                Some(end.name.as_str())
            }
            _ => None,
        });
        gone.collect()
    }

    /// Returns the namespaces, but for networks, that no handle keeps any more.
    pub fn released(&self) -> Vec<(Kind, Option<Label>)> {
        let gone = self.changes.iter().filter_map(|change| match change {
            Change::Kept {
                kind,
                label,
                now: false,
            } if *kind != Kind::Net => Some((*kind, *label)),
            _ => None,
        });
        gone.collect()
    }

    /// Whether any process is a member of another namespace than before.
    pub fn has_movers(&self) -> bool {
        let mut changes = self.changes.iter();
        changes.any(|change| matches!(change, Change::Moved { .. }))
    }
}
