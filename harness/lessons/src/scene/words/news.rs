//! Sentences about the changes between two scenes.

use protocol::Kind;
use tr::tr;

use super::lists::{list, namespace, net};
use super::members::memberships;
use super::networks;
use crate::labels::Label;
use crate::scene::{Card, Change, End, Scene};

/// Says each change; the interfaces of a network namespace that is new, or
/// gone, are said with their namespace.
pub(super) fn news(
    before: &Scene,
    now: &Scene,
    changes: &[Change],
) -> Vec<String> {
    let mut words = Vec::new();
    for change in changes {
        words.extend(match change {
            Change::Began(name) => began(now, name),
            Change::Ended(name) => {
                vec![tr!("{process} has ended.", process = name)]
            }
            // Said once for each process, below.
            Change::Moved { .. } => Vec::new(),
            Change::NewNetwork(label) => new_network(now, *label),
            Change::GoneNetwork(label) => gone_network(before, *label),
            Change::Kept {
                kind,
                label,
                now: is,
            } => {
                vec![kept(now, *kind, *label, *is)]
            }
            // Said by `counts`.
            Change::Others { .. } => Vec::new(),
            Change::NewCard(end) => new_card(now, end, changes),
            Change::GoneCard(end) => gone_card(now, end),
            Change::MovedCard { from, to } => vec![moved_card(from, to)],
            Change::OtherCard(end) => other_card(before, now, end),
            Change::NewCable(cable) => {
                vec![networks::new_cable(cable)]
            }
        });
    }
    let moved = now.members.iter().filter_map(|it| moved(&it.name, changes));
    moved.chain(words).collect()
}

/// Says of which namespaces a new process is a member. Which of them are
/// initial is said with the state.
fn began(now: &Scene, name: &str) -> Vec<String> {
    let new = tr!("{process} is new.", process = name);
    let member = now.member(name);
    let memberships = member.map(|member| memberships(now, member));
    vec![[new, memberships.unwrap_or_default()].join(" ")]
}

/// Says of which namespaces a process is a member now, and was before.
fn moved(name: &str, changes: &[Change]) -> Option<String> {
    let mut were = Vec::new();
    let mut are = Vec::new();
    for change in changes {
        match change {
            Change::Moved {
                name: mover,
                kind,
                from,
                to,
            } if mover == name => {
                were.push(namespace(*kind, *from));
                are.push(namespace(*kind, *to));
            }
            _ => {}
        }
    }
    let were = list(&were);
    let are = list(&are);
    (!are.is_empty()).then(|| {
        tr!(
            "{process} is now a member of {namespaces}; before: {old}.",
            process = name,
            namespaces = are,
            old = were
        )
    })
}

fn new_network(now: &Scene, label: Option<Label>) -> Vec<String> {
    let namespace = net(label);
    let cards = names_of_cards(now, label);
    vec![if cards.is_empty() {
        tr!(
            "{namespace} is new, without interfaces.",
            namespace = namespace
        )
    } else {
        tr!(
            "{namespace} is new, with {interfaces}.",
            namespace = namespace,
            interfaces = cards
        )
    }]
}

fn names_of_cards(scene: &Scene, label: Option<Label>) -> String {
    let network = scene.network(label);
    let cards = network.iter().flat_map(|network| &network.interfaces);
    let names: Vec<_> = cards.map(|card| card.name.as_str()).collect();
    list(&names)
}

fn gone_network(before: &Scene, label: Option<Label>) -> Vec<String> {
    let namespace = net(label);
    let cards = names_of_cards(before, label);
    vec![if cards.is_empty() {
        tr!("{namespace} is gone.", namespace = namespace)
    } else {
        tr!(
            "{namespace} is gone, and with it {interfaces}.",
            namespace = namespace,
            interfaces = cards
        )
    }]
}

fn kept(now: &Scene, kind: Kind, label: Option<Label>, is: bool) -> String {
    let held = label.is_some_and(|label| now.holds(kind, label));
    let namespace = namespace(kind, label);
    if is {
        tr!(
            "{namespace} has no process any more: a handle keeps it.",
            namespace = namespace
        )
    } else if held {
        tr!("{namespace} has a member again.", namespace = namespace)
    } else {
        tr!(
            "No handle keeps {namespace} any more.",
            namespace = namespace
        )
    }
}

/// Says where the number of processes without a name has changed.
pub(super) fn counts(changes: &[Change]) -> Vec<String> {
    let counts = changes.iter().filter_map(|change| match change {
        Change::Others {
            network,
            before,
            now,
        } => {
            let namespace = net(*network);
            Some(tr!(
                "Processes without a name in {namespace}: {now}; before: \
                 {old}.",
                namespace = namespace,
                now = now,
                old = before
            ))
        }
        _ => None,
    });
    counts.collect()
}

/// Says that an interface is new, if no sentence about its network or its cable
/// does.
fn new_card(now: &Scene, end: &End, changes: &[Change]) -> Vec<String> {
    let namespace = net(end.network);
    let said = changes.iter().any(|change| match change {
        Change::NewNetwork(label) => *label == end.network,
        Change::NewCable(cable) => cable.one == *end || cable.other == *end,
        _ => false,
    });
    let card = now.card_at(end).filter(|_| !said);
    let sentence = card.map(|card| {
        let card = networks::card(card);
        tr!(
            "New in {namespace}: {interface}.",
            namespace = namespace,
            interface = card
        )
    });
    sentence.into_iter().collect()
}

fn gone_card(now: &Scene, end: &End) -> Vec<String> {
    let namespace = net(end.network);
    // Those of a network that is gone are said with the network.
    let network = now.network(end.network);
    let sentence = network.map(|_| {
        tr!(
            "Gone from {namespace}: {interface}.",
            namespace = namespace,
            interface = end.name
        )
    });
    sentence.into_iter().collect()
}

fn moved_card(from: &End, to: &End) -> String {
    let here = net(to.network);
    let there = net(from.network);
    tr!(
        "{interface} has moved from {old} to {new}.",
        interface = to.name,
        old = there,
        new = here
    )
}

/// Says what is different in an interface.
fn other_card(before: &Scene, now: &Scene, end: &End) -> Vec<String> {
    let old = before.card_at(end);
    let cards = old.zip(now.card_at(end));
    let differences = cards.map(|(old, new)| differences(old, new));
    let namespace = net(end.network);
    let sentence = |difference: String| {
        tr!(
            "{interface} in {namespace}: {difference}.",
            interface = end.name,
            namespace = namespace,
            difference = difference
        )
    };
    let differences = differences.into_iter().flatten();
    differences.map(sentence).collect()
}

fn differences(old: &Card, new: &Card) -> Vec<String> {
    let mut words = Vec::new();
    if old.state != new.state {
        words.push(tr!(
            "{now}, before {old}",
            now = new.state,
            old = old.state
        ));
    }
    for address in &new.addresses {
        if !old.addresses.contains(address) {
            words.push(tr!("new address {address}", address = address));
        }
    }
    for address in &old.addresses {
        if !new.addresses.contains(address) {
            words.push(tr!("no longer {address}", address = address));
        }
    }
    if old.bridge != new.bridge {
        words.push(match (&old.bridge, &new.bridge) {
            (_, Some(bridge)) => {
                tr!("now a port of {bridge}", bridge = bridge)
            }
            (Some(bridge), None) => {
                tr!("no longer a port of {bridge}", bridge = bridge)
            }
            (None, None) => String::new(),
        });
    }
    if (&old.mtu, &old.kind) != (&new.mtu, &new.kind) {
        words.push(tr!(
            "{kind} with MTU {now}, before {old}",
            kind = new.kind,
            now = new.mtu,
            old = old.mtu
        ));
    }
    words
}
