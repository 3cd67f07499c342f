//! Content of a network namespace.

use tr::tr;

use super::lists::{enumerated, list, namespace, net};
use crate::scene::{Cable, Card, Inside, Network, Opposite, Scene};

/// Describes all network namespaces, the cables between them, and the
/// namespaces that a handle keeps.
pub(super) fn all(scene: &Scene) -> Vec<String> {
    let networks = scene.networks.iter();
    let mut words: Vec<String> = networks.map(network).collect();
    words.extend(scene.cables().iter().map(cable));
    words.extend(scene.kept.iter().map(|(kind, label)| {
        let namespace = namespace(*kind, Some(*label));
        tr!(
            "{namespace}: no process, kept by a handle.",
            namespace = namespace
        )
    }));
    words
}

fn network(network: &Network) -> String {
    let namespace = net(network.label);
    let inside = inside(&network.inside);
    let cards: Vec<_> = network.interfaces.iter().map(card).collect();
    let cards = list(&cards);
    if cards.is_empty() {
        return tr!(
            "In {namespace}: {processes}. No interface.",
            namespace = namespace,
            processes = inside
        );
    }
    tr!(
        "In {namespace}: {processes}. Interfaces: {interfaces}.",
        namespace = namespace,
        processes = inside,
        interfaces = cards
    )
}

/// Lists the processes in a network namespace.
pub fn inside(inside: &Inside) -> String {
    let (named, others) = match inside {
        Inside::Kept => return tr!("no process, kept by a handle"),
        Inside::OnlyPid1 => return tr!("no process but PID 1"),
        Inside::Processes { named, others } => (named, *others),
    };
    let mut all = named.clone();
    if others > 0 {
        all.push(more(others, named.is_empty()));
    }
    list(&all)
}

/// Counts the processes without a name.
pub fn more(others: usize, alone: bool) -> String {
    if alone {
        tr!("one process" | "{n} processes" % others)
    } else {
        tr!("one more process" | "{n} more processes" % others)
    }
}

/// Describes an interface with its kind, state, addresses and bridge.
pub(super) fn card(card: &Card) -> String {
    let mut details = vec![card.kind.clone(), card.state.clone()];
    details.extend(card.addresses.iter().cloned());
    details.extend(card.bridge.as_ref().map(|bridge| port(bridge)));
    if card.peer == Some(Opposite::Elsewhere) {
        details.push(tr!("peer elsewhere"));
    }
    format!("{} ({})", card.name, enumerated(&details))
}

/// Says of which bridge an interface is a port.
pub fn port(bridge: &str) -> String {
    tr!("port of {bridge}", bridge = bridge)
}

/// Says that a cable is new.
pub(super) fn new_cable(cable: &Cable) -> String {
    let one = &cable.one;
    let other = &cable.other;
    let here = net(one.network);
    let there = net(other.network);
    tr!(
        "A new cable: {interface} in {namespace} – {peer} in {place}.",
        interface = one.name,
        namespace = here,
        peer = other.name,
        place = there
    )
}

/// Describes a cable by its ends.
fn cable(cable: &Cable) -> String {
    let one = &cable.one;
    let other = &cable.other;
    let here = net(one.network);
    let there = net(other.network);
    tr!(
        "A cable: {interface} in {namespace} – {peer} in {place}.",
        interface = one.name,
        namespace = here,
        peer = other.name,
        place = there
    )
}
