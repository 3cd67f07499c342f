//! Reads interfaces and addresses by rtnetlink(7).

use std::os::fd::RawFd;

use anyhow::Result;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{
    LinkAttribute, LinkExtentMask, LinkFlags, LinkInfo, LinkLayerType,
    LinkMessage, State,
};
use netlink_packet_route::nsid::{NsidAttribute, NsidMessage};
use protocol::facts::{Interface, LinkState};

use super::netlink::{Answer, Memory, Netlink};

/// An interface, with details that only the machine needs.
#[derive(Clone)]
pub struct Link {
    /// Facts about the interface, without its peer.
    pub interface: Interface,
    /// Index of the peer in its namespace.
    pub peer_index: Option<u32>,
    /// Number of the peer's namespace; `None` if the peer is in the same one.
    pub peer_namespace: Option<i32>,
    /// Whether the kernel has finished switching the interface on or off.
    pub settled: bool,
}

/// Content of one netlink message.
#[derive(Clone)]
pub enum Said {
    /// An interface, without its addresses.
    Link(Link),
    /// An address of the interface with this index.
    Address(u32, String),
}

/// Returns all interfaces with their addresses, sorted by index.
pub fn all(netlink: &Netlink, memory: &mut Memory<Said>) -> Result<Vec<Link>> {
    let mut message = LinkMessage::default();
    // Packet counters are the greater part of an answer, and no fact.
    let no_counters = LinkAttribute::ExtMask(vec![LinkExtentMask::SkipStats]);
    message.attributes.push(no_counters);
    let answer = netlink.ask_all(RouteNetlinkMessage::GetLink(message))?;
    let mut links = links_among(memory.recall(answer, said)?);
    for link in links.iter_mut().filter(|link| !link.settled) {
        settle(netlink, link);
    }
    let all = RouteNetlinkMessage::GetAddress(AddressMessage::default());
    for said in memory.recall(netlink.ask_all(all)?, said)? {
        let Said::Address(index, address) = said else {
            continue;
        };
        let is_its = |link: &&mut Link| link.interface.index == index;
        if let Some(link) = links.iter_mut().find(is_its) {
            link.interface.addresses.push(address);
        }
    }
    links.sort_by_key(|link| link.interface.index);
    Ok(links)
}

/// Asks the kernel about one interface, which makes it settle. The kernel
/// notices a missing carrier only within a second; since Linux 6.8 it notices
/// at once when asked about that interface (net/core/rtnetlink.c,
/// rtnl_getlink).
fn settle(netlink: &Netlink, link: &mut Link) {
    let mut message = LinkMessage::default();
    message.header.index = link.interface.index;
    let answer = netlink
        .ask(RouteNetlinkMessage::GetLink(message))
        .and_then(Answer::understood);
    // The interface may just have been removed.
    let now = answer.unwrap_or_default().into_iter().filter_map(said);
    if let Some(now) = links_among(now).into_iter().next() {
        *link = now;
    }
}

/// Returns the number that this socket's namespace uses for another namespace.
pub fn number_of(netlink: &Netlink, handle: RawFd) -> Result<Option<i32>> {
    let mut message = NsidMessage::default();
    message
        .attributes
        .push(NsidAttribute::Fd(handle.cast_unsigned()));
    let answer = netlink.ask(RouteNetlinkMessage::GetNsId(message))?;
    Ok(answer
        .understood()?
        .into_iter()
        .find_map(|answer| match answer {
            RouteNetlinkMessage::NewNsId(message) => message
                .attributes
                .into_iter()
                .find_map(|attribute| match attribute {
                    NsidAttribute::Id(id) if id >= 0 => Some(id),
                    _ => None,
                }),
            _ => None,
        }))
}

fn links_among(all: impl IntoIterator<Item = Said>) -> Vec<Link> {
    let is_link = |said| match said {
        Said::Link(link) => Some(link),
        Said::Address(..) => None,
    };
    all.into_iter().filter_map(is_link).collect()
}

fn said(message: RouteNetlinkMessage) -> Option<Said> {
    match message {
        RouteNetlinkMessage::NewLink(message) => {
            Some(Said::Link(link(&message)))
        }
        RouteNetlinkMessage::NewAddress(message) => address(&message),
        _ => None,
    }
}

fn link(message: &LinkMessage) -> Link {
    let flags = message.header.flags;
    let mut link = Link {
        interface: Interface {
            name: String::new(),
            index: message.header.index,
            kind: match message.header.link_layer_type {
                LinkLayerType::Loopback => "loopback".to_owned(),
                LinkLayerType::Ether => "ethernet".to_owned(),
                other => format!("{other:?}").to_lowercase(),
            },
            state: state(flags),
            mtu: 0,
            mac: [0; 6],
            addresses: Vec::new(),
            master: None,
            peer: None,
        },
        peer_index: None,
        peer_namespace: None,
        settled: true,
    };
    let mut operational = None;
    for attribute in &message.attributes {
        if let LinkAttribute::OperState(state) = attribute {
            operational = Some(*state);
        }
        read_attribute(&mut link, attribute);
    }
    if let Some(operational) = operational {
        link.settled = is_settled(&link.interface, operational);
    }
    link
}

/// Returns whether the kernel has finished switching the interface on or off.
/// A cable's state is unknown at first, and its IPv6 address comes with the
/// known state (net/core/link_watch.c, net/ipv6/addrconf.c). Other kinds of
/// interfaces stay unknown.
fn is_settled(interface: &Interface, operational: State) -> bool {
    match (interface.state, operational) {
        (LinkState::Down, _) => true,
        (LinkState::Up, State::Unknown) => interface.kind != "veth",
        (LinkState::NoCarrier, State::Unknown) => false,
        (LinkState::Up, now) => now == State::Up,
        (LinkState::NoCarrier, now) => now != State::Up,
    }
}

fn state(flags: LinkFlags) -> LinkState {
    if !flags.contains(LinkFlags::Up) {
        LinkState::Down
    } else if !flags.contains(LinkFlags::LowerUp) {
        LinkState::NoCarrier
    } else {
        LinkState::Up
    }
}

fn read_attribute(link: &mut Link, attribute: &LinkAttribute) {
    let interface = &mut link.interface;
    match attribute {
        LinkAttribute::IfName(name) => interface.name.clone_from(name),
        LinkAttribute::Mtu(mtu) => interface.mtu = *mtu,
        LinkAttribute::Address(bytes) => {
            if let Ok(mac) = bytes.as_slice().try_into() {
                interface.mac = mac;
            }
        }
        LinkAttribute::Controller(index) => interface.master = Some(*index),
        LinkAttribute::Link(index) => link.peer_index = Some(*index),
        LinkAttribute::LinkNetNsId(number) => {
            link.peer_namespace = Some(*number);
        }
        LinkAttribute::LinkInfo(infos) => {
            for info in infos {
                if let LinkInfo::Kind(kind) = info {
                    interface.kind = kind.to_string();
                }
            }
        }
        _ => {}
    }
}

fn address(message: &AddressMessage) -> Option<Said> {
    // A point-to-point address is in Local; otherwise both attributes are
    // equal.
    let local = message.attributes.iter().find_map(|a| match a {
        AddressAttribute::Local(address) => Some(address),
        _ => None,
    });
    let address = local.or_else(|| {
        message.attributes.iter().find_map(|a| match a {
            AddressAttribute::Address(address) => Some(address),
            _ => None,
        })
    })?;
    let text = format!("{address}/{}", message.header.prefix_len);
    Some(Said::Address(message.header.index, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cable_has_settled_once_its_state_is_known() {
        let mut link = link(&LinkMessage::default());
        link.interface.state = LinkState::Up;
        for (kind, now, settled) in [
            ("veth", State::Unknown, false),
            ("veth", State::LowerLayerDown, false),
            ("veth", State::Up, true),
            ("loopback", State::Unknown, true),
        ] {
            link.interface.kind = kind.into();
            let is = is_settled(&link.interface, now);
            assert_eq!(is, settled, "{kind} {now:?}");
        }
    }
}
