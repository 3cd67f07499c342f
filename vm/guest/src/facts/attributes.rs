//! Parses messages about interfaces and addresses, attribute by attribute.
//!
//! Names, aliases and labels may contain any bytes. The netlink library refuses
//! a whole message if one of them is not UTF-8, so one interface would hide all
//! others. This module leaves out attributes that the library cannot read, and
//! reads an interface's name itself.

use anyhow::{Context, Result};
use netlink_packet_core::{
    NlaBuffer, NlasIterator, Parseable, ParseableParametrized,
};
use netlink_packet_route::address::{
    AddressAttribute, AddressHeader, AddressMessage,
};
use netlink_packet_route::link::{LinkAttribute, LinkHeader, LinkMessage};
use protocol::name;

/// Length of the header before the attributes: `struct ifinfomsg`, `struct
/// ifaddrmsg` (rtnetlink(7)).
const LINK_HEADER: usize = 16;
const ADDRESS_HEADER: usize = 8;

/// Parses a message about an interface.
pub fn link(payload: &[u8]) -> Result<LinkMessage> {
    let mut message = LinkMessage::default();
    message.header = LinkHeader::parse(payload).context("an interface")?;
    let family = message.header.interface_family;
    let readable = attributes(payload, LINK_HEADER).filter_map(|attribute| {
        if attribute.kind() == libc::IFLA_IFNAME {
            let mut bytes = attribute.value().split(|byte| *byte == 0);
            return Some(LinkAttribute::IfName(name::text(bytes.next()?)));
        }
        LinkAttribute::parse_with_param(&attribute, family).ok()
    });
    message.attributes = readable.collect();
    Ok(message)
}

/// Parses a message about an interface's address.
pub fn address(payload: &[u8]) -> Result<AddressMessage> {
    let mut message = AddressMessage::default();
    message.header = AddressHeader::parse(payload).context("an address")?;
    let all = attributes(payload, ADDRESS_HEADER);
    let readable = all.filter_map(|it| AddressAttribute::parse(&it).ok());
    message.attributes = readable.collect();
    Ok(message)
}

fn attributes(
    payload: &[u8],
    start: usize,
) -> impl Iterator<Item = NlaBuffer<&[u8]>> {
    NlasIterator::new(payload.get(start..).unwrap_or_default()).flatten()
}
