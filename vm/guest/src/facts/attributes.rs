//! Messages about interfaces and addresses, attribute by attribute.
//!
//! Names, aliases and labels are any bytes. The library refuses a whole message
//! for one that is no UTF-8, and an interface would hide all others. So what it
//! cannot read is left out, and an interface's name is read here.

use anyhow::{Context, Result};
use netlink_packet_core::{
    NlaBuffer, NlasIterator, Parseable, ParseableParametrized,
};
use netlink_packet_route::address::{
    AddressAttribute, AddressHeader, AddressMessage,
};
use netlink_packet_route::link::{LinkAttribute, LinkHeader, LinkMessage};
use protocol::name;

/// The attributes come after `struct ifinfomsg`, `struct ifaddrmsg`
/// (rtnetlink(7)).
const LINK_HEADER: usize = 16;
const ADDRESS_HEADER: usize = 8;

/// An interface.
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

/// An address of an interface.
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
