//! Text of the network namespaces: their members and interfaces.

use protocol::{Facts, Interface, LinkState, Namespace, NetNamespace, Peer};

use crate::labels::{Namer, without_mac};

/// Text for a namespace without members.
pub const KEPT: &str = "no process, kept by a handle";

/// Writes one network namespace: its members, then its interfaces.
pub(super) fn write(
    text: &mut String,
    network: &NetNamespace,
    facts: &Facts,
    namer: &Namer,
) {
    let name = name(network.namespace, namer);
    let members = members(network.namespace, facts, namer);
    text.push_str(&format!("{name}: {members}\n"));

    let mut interfaces: Vec<_> = network.interfaces.iter().collect();
    interfaces.sort_by_key(|i| (i.name != "lo", &i.name));
    let longest = interfaces.iter().map(|i| i.name.len()).max();
    let width = longest.unwrap_or_default().max(8);
    for interface in interfaces {
        let line = format!(
            "  {:width$}  {:8}  {:10}  {:>5}  {}",
            interface.name,
            interface.kind,
            state(interface.state),
            interface.mtu,
            details(interface, network, facts, namer),
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// Returns the name of a network namespace: `net initial`, `net A`.
fn name(namespace: Namespace, namer: &Namer) -> String {
    match namer.label_of(namespace) {
        Some(label) => format!("net {label}"),
        None => "another net".into(),
    }
}

/// Lists the named members, and counts the others. PID 1 does not count,
/// because it is the one that looks.
fn members(namespace: Namespace, facts: &Facts, namer: &Namer) -> String {
    let inside: Vec<i32> = facts
        .processes
        .iter()
        .filter(|p| p.namespaces.contains(&namespace))
        .map(|p| p.pid)
        .collect();
    let named: Vec<&str> = namer
        .members()
        .iter()
        .filter(|member| inside.contains(&member.pid))
        .map(|member| member.label.as_str())
        .collect();
    let counted = inside.iter().filter(|pid| **pid != 1).count();
    match (named.len(), counted.saturating_sub(named.len())) {
        (0, 0) if inside.is_empty() => KEPT.into(),
        (0, 0) => "no process but PID 1".into(),
        (0, 1) => "1 process".into(),
        (0, others) => format!("{others} processes"),
        (_, 0) => named.join(", "),
        (_, others) => format!("{} and {others} more", named.join(", ")),
    }
}

fn state(state: LinkState) -> &'static str {
    match state {
        LinkState::Down => "down",
        LinkState::NoCarrier => "no-carrier",
        LinkState::Up => "up",
    }
}

/// Returns the addresses of an interface, its peer and its bridge.
fn details(
    interface: &Interface,
    network: &NetNamespace,
    facts: &Facts,
    namer: &Namer,
) -> String {
    let mut details: Vec<String> =
        interface.addresses.iter().map(|a| without_mac(a)).collect();
    if let Some(there) = interface.peer {
        details.push(peer(there, network.namespace, facts, namer));
    }
    if let Some(index) = interface.master {
        let bridge = by_index(network, index);
        let bridge = bridge.map_or("a bridge", |bridge| &bridge.name);
        details.push(format!("port of {bridge}"));
    }
    details.join(", ")
}

/// Describes a peer, such as `peer eth0 in net A`, as far as it is known.
fn peer(peer: Peer, here: Namespace, facts: &Facts, namer: &Namer) -> String {
    let Some(there) = peer.namespace else {
        return "peer elsewhere".into();
    };
    let network = facts.networks.iter().find(|n| n.namespace == there);
    let interface = network.and_then(|n| by_index(n, peer.index));
    let interface = interface.map_or(String::new(), |i| format!(" {}", i.name));
    if there == here {
        format!("peer{interface}")
    } else {
        format!("peer{interface} in {}", name(there, namer))
    }
}

fn by_index(network: &NetNamespace, index: u32) -> Option<&Interface> {
    network.interfaces.iter().find(|i| i.index == index)
}
