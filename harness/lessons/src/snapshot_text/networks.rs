//! The network namespaces of a scene: their members and interfaces.

use protocol::{Facts, Interface, LinkState, Namespace, NetNamespace, Peer};

use crate::labels::{Namer, without_mac};
use crate::scene::{Card, Inside, Network, Opposite};

/// Returns one network namespace: its members, and its interfaces in the order
/// of their names, `lo` first.
pub(super) fn network(
    network: &NetNamespace,
    facts: &Facts,
    namer: &Namer,
) -> Network {
    let mut interfaces: Vec<_> = network.interfaces.iter().collect();
    interfaces.sort_by_key(|i| (i.name != "lo", &i.name));
    let cards = interfaces.into_iter();
    Network {
        label: namer.label_of(network.namespace),
        inside: inside(network.namespace, facts, namer),
        interfaces: cards.map(|it| card(it, network, facts, namer)).collect(),
    }
}

/// Lists the named members, and counts the others. PID 1 does not count,
/// because it is the one that looks.
fn inside(namespace: Namespace, facts: &Facts, namer: &Namer) -> Inside {
    let inside: Vec<i32> = facts
        .processes
        .iter()
        .filter(|p| p.namespaces.contains(&namespace))
        .map(|p| p.pid)
        .collect();
    let named: Vec<String> = namer
        .members()
        .iter()
        .filter(|member| inside.contains(&member.pid))
        .map(|member| member.label.clone())
        .collect();
    let counted = inside.iter().filter(|pid| **pid != 1).count();
    match (named.len(), counted.saturating_sub(named.len())) {
        (0, 0) if inside.is_empty() => Inside::Kept,
        (0, 0) => Inside::OnlyPid1,
        (_, others) => Inside::Processes { named, others },
    }
}

fn card(
    interface: &Interface,
    network: &NetNamespace,
    facts: &Facts,
    namer: &Namer,
) -> Card {
    let addresses = interface.addresses.iter();
    let here = network.namespace;
    let peer = interface.peer;
    Card {
        name: interface.name.clone(),
        kind: interface.kind.clone(),
        state: state(interface.state).into(),
        mtu: interface.mtu.to_string(),
        addresses: addresses.map(|it| without_mac(it)).collect(),
        peer: peer.map(|there| opposite(there, here, facts, namer)),
        bridge: interface.master.map(|index| {
            let bridge = by_index(network, index);
            bridge.map_or("a bridge", |bridge| &bridge.name).into()
        }),
    }
}

fn state(state: LinkState) -> &'static str {
    match state {
        LinkState::Down => "down",
        LinkState::NoCarrier => "no-carrier",
        LinkState::Up => "up",
    }
}

/// Returns the other end of a cable, as far as it is known.
fn opposite(
    peer: Peer,
    here: Namespace,
    facts: &Facts,
    namer: &Namer,
) -> Opposite {
    let Some(there) = peer.namespace else {
        return Opposite::Elsewhere;
    };
    let network = facts.networks.iter().find(|n| n.namespace == there);
    let interface = network.and_then(|n| by_index(n, peer.index));
    let name = interface.map(|it| it.name.clone());
    if there == here {
        Opposite::Here(name)
    } else {
        Opposite::There(name, namer.label_of(there))
    }
}

fn by_index(network: &NetNamespace, index: u32) -> Option<&Interface> {
    network.interfaces.iter().find(|i| i.index == index)
}
