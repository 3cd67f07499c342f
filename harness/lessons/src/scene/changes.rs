//! Differences between two scenes of one lesson.
//!
//! Labels outlive a step: within a lesson, a label stands for one namespace.

use protocol::Kind;

use super::cables::{Cable, End};
use super::model::{Card, Inside, Member, Scene};
use crate::labels::Label;

/// A difference between two scenes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A process with a name that was not there before.
    Began(String),
    /// A process with a name that is no longer there.
    Ended(String),
    /// A process that is a member of another namespace than before.
    Moved {
        /// Name of the process.
        name: String,
        /// Type of the namespace.
        kind: Kind,
        /// Label of the namespace before; `None` if unknown.
        from: Option<Label>,
        /// Label of the namespace now; `None` if unknown.
        to: Option<Label>,
    },
    /// A network namespace that was not there before.
    NewNetwork(Option<Label>),
    /// A network namespace that has ended.
    GoneNetwork(Option<Label>),
    /// A network namespace that has only its handle left, or that has a member
    /// again.
    Kept {
        /// Type of the namespace.
        kind: Kind,
        /// Label of the namespace.
        label: Option<Label>,
        /// Whether the handle alone keeps the namespace now.
        now: bool,
    },
    /// Another number of processes without a name.
    Others {
        /// Label of their network namespace.
        network: Option<Label>,
        /// Number before.
        before: usize,
        /// Number now.
        now: usize,
    },
    /// An interface that was not there before.
    NewCard(End),
    /// An interface that is gone.
    GoneCard(End),
    /// An interface that is in another network namespace than before.
    MovedCard {
        /// Place before.
        from: End,
        /// Place now.
        to: End,
    },
    /// An interface with another state, address, bridge or size than before.
    OtherCard(End),
    /// A cable that was not there before.
    NewCable(Cable),
}

/// Returns the changes from one scene to the next: processes, namespaces,
/// interfaces, cables.
pub fn changes(before: &Scene, now: &Scene) -> Vec<Change> {
    let mut changes = Vec::new();
    processes(before, now, &mut changes);
    networks(before, now, &mut changes);
    kept(before, now, &mut changes);
    cards(before, now, &mut changes);
    let old = before.cables();
    let cables = now.cables().into_iter();
    let new = cables.filter(|cable| !old.contains(cable));
    changes.extend(new.map(Change::NewCable));
    changes
}

fn processes(before: &Scene, now: &Scene, changes: &mut Vec<Change>) {
    for member in &now.members {
        match before.member(&member.name) {
            Some(old) => changes.extend(moves(old, member)),
            None => changes.push(Change::Began(member.name.clone())),
        }
    }
    let old = before.members.iter();
    let ended = old.filter(|old| now.member(&old.name).is_none());
    changes.extend(ended.map(|old| Change::Ended(old.name.clone())));
}

fn moves(before: &Member, now: &Member) -> impl Iterator<Item = Change> {
    Kind::ALL.into_iter().filter_map(|kind| {
        let from = before.label(kind);
        let to = now.label(kind);
        (from != to).then(|| Change::Moved {
            name: now.name.clone(),
            kind,
            from,
            to,
        })
    })
}

fn networks(before: &Scene, now: &Scene, changes: &mut Vec<Change>) {
    for network in &now.networks {
        let label = network.label;
        let Some(old) = before.network(label) else {
            changes.push(Change::NewNetwork(label));
            continue;
        };
        let others = (old.others(), network.others());
        if others.0 != others.1 {
            changes.push(Change::Others {
                network: label,
                before: others.0,
                now: others.1,
            });
        }
    }
    let old = before.networks.iter().map(|network| network.label);
    let gone = old.filter(|label| now.network(*label).is_none());
    changes.extend(gone.map(Change::GoneNetwork));
}

/// Finds namespaces that a handle has begun, or has ceased, to keep alone.
fn kept(before: &Scene, now: &Scene, changes: &mut Vec<Change>) {
    let was = before.kept_alone();
    let is = now.kept_alone();
    let change = |(kind, label), now| Change::Kept { kind, label, now };
    let begun = is.iter().filter(|it| !was.contains(it));
    changes.extend(begun.map(|it| change(*it, true)));
    let ceased = was.iter().filter(|it| !is.contains(it));
    // The end of a network has a change of its own.
    let ceased = ceased.filter(|(kind, label)| {
        *kind != Kind::Net || now.network(*label).is_some()
    });
    changes.extend(ceased.map(|it| change(*it, false)));
}

fn cards(before: &Scene, now: &Scene, changes: &mut Vec<Change>) {
    let new: Vec<End> = now.ends().filter(|it| !before.has(it)).collect();
    let mut gone: Vec<End> = before.ends().filter(|it| !now.has(it)).collect();
    for to in new {
        let from = gone.iter().position(|from| moved(before, from, now, &to));
        changes.push(match from.map(|place| gone.remove(place)) {
            Some(from) => Change::MovedCard { from, to },
            None => Change::NewCard(to),
        });
    }
    changes.extend(gone.into_iter().map(Change::GoneCard));
    let other = now.ends().filter(|end| {
        let old = before.card_at(end);
        let new = now.card_at(end);
        old.zip(new).is_some_and(|(old, new)| differ(old, new))
    });
    changes.extend(other.map(Change::OtherCard));
}

/// Whether something but the cable differs: a cable has a change of its own.
fn differ(old: &Card, new: &Card) -> bool {
    let mut old = old.clone();
    old.peer.clone_from(&new.peer);
    old != *new
}

/// Whether an interface that vanished in one network namespace is the same as
/// one that appeared in another. A veth is the same if its peer is. The end of
/// a namespace destroys a veth, and hands a card back to the initial one.
fn moved(before: &Scene, from: &End, now: &Scene, to: &End) -> bool {
    let Some(old) = before.card_at(from) else {
        return false;
    };
    let Some(new) = now.card_at(to) else {
        return false;
    };
    let alike = (&old.name, &old.kind) == (&new.name, &new.kind);
    match old.kind.as_str() {
        "veth" => {
            let survives = now.network(from.network).is_some();
            let peer = before.opposite(from);
            alike && survives && peer.is_some() && peer == now.opposite(to)
        }
        "ethernet" => alike,
        _ => false,
    }
}

impl Scene {
    fn has(&self, end: &End) -> bool {
        self.card_at(end).is_some()
    }

    /// Returns the namespaces that a handle alone keeps.
    fn kept_alone(&self) -> Vec<(Kind, Option<Label>)> {
        let networks = self.networks.iter();
        let networks = networks.filter(|it| it.inside == Inside::Kept);
        let networks = networks.map(|network| (Kind::Net, network.label));
        let kept = self.kept.iter().map(|(kind, it)| (*kind, Some(*it)));
        networks.chain(kept).collect()
    }
}
