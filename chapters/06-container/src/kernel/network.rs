//! network - docker0, a veth pair for each container, addresses and a route
//!
//! A veth pair is a cable. One end is the container's eth0, the other one is
//! plugged into docker0, a bridge, as the machine calls what others call a
//! switch. All of it is asked for over rtnetlink, a socket to the kernel; the
//! socket belongs to the network namespace in which it was opened.
//!
//! See: veth(4), rtnetlink(7), network_namespaces(7)

use std::fs;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::os::fd::AsRawFd;

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_REQUEST,
    NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::AddressFamily;
use netlink_packet_route::RouteNetlinkMessage::{self, *};
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{
    InfoData, InfoKind, InfoVeth, LinkAttribute, LinkFlags, LinkInfo,
    LinkMessage,
};
use netlink_packet_route::route::{
    RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteProtocol,
    RouteScope, RouteType,
};
use netlink_sys::{Socket, protocols::NETLINK_ROUTE};
use nix::errno::Errno::{self, EEXIST, ENODEV};
use nix::net::if_::if_nametoindex;

use crate::error::{Named, Result, refused};

/// Docker's words for a cable that could not be laid.
pub const NETWORKING: &str = "failed to set up container networking";

const BRIDGE: &str = "docker0";
const GATEWAY: Ipv4Addr = Ipv4Addr::new(172, 17, 0, 1);
const PREFIX: u8 = 16;

/// The first free address behind the gateway's.
pub fn lease(taken: impl Iterator<Item = Ipv4Addr>) -> Result<Ipv4Addr> {
    let taken: Vec<Ipv4Addr> = taken.collect();
    let first = GATEWAY.to_bits() + 1;
    let mut all = (first..last(GATEWAY).to_bits()).map(Ipv4Addr::from_bits);
    let what = "no available IPv4 addresses on this network's address pools";
    all.find(|it| !taken.contains(it))
        .ok_or_else(|| refused(format!("{NETWORKING}: {what}")))
}

/// The broadcast address.
fn last(ip: Ipv4Addr) -> Ipv4Addr {
    Ipv4Addr::from_bits(ip.to_bits() | (u32::MAX >> PREFIX))
}

/// The IP address and the hardware address, as docker shows them.
pub fn shown(ip: Ipv4Addr) -> [String; 2] {
    let mac = hardware_address(ip).map(|byte| format!("{byte:02x}"));
    [ip.to_string(), mac.join(":")]
}

/// The hardware address. Docker makes it from the IP address, so that no
/// neighbour's table is out of date.
fn hardware_address(ip: Ipv4Addr) -> [u8; 6] {
    let [a, b, c, d] = ip.octets();
    [0x02, 0x42, a, b, c, d]
}

/// A cable that is to be laid: the number of the bridge, and a socket that
/// stays in the machine's network.
pub struct Cable {
    netlink: Netlink,
    bridge: u32,
    veth: String,
    ip: Ipv4Addr,
}

impl Cable {
    /// In the machine: finds the bridge, or makes it, before the container
    /// waits for its cable.
    pub fn prepare(veth: String, ip: Ipv4Addr) -> Result<Self> {
        let netlink = Netlink::open()?;
        let bridge = netlink.bridge()?;
        Ok(Self {
            netlink,
            bridge,
            veth,
            ip,
        })
    }

    /// In the machine: lays the cable. One message makes both ends, switches
    /// ours on, plugs it into the bridge, and gives the other one to the
    /// child's network namespace. (To be on, an end needs the other one, and
    /// eth0 is made first.)
    pub fn lay(&self, child: i32) -> Result<()> {
        let mut eth0 = end_of_cable("eth0");
        eth0.attributes.extend([
            LinkAttribute::NetNsPid(child as u32),
            LinkAttribute::Address(hardware_address(self.ip).to_vec()),
        ]);
        let mut ours = end_of_cable(&self.veth);
        ours.attributes.extend([
            LinkAttribute::Controller(self.bridge),
            LinkAttribute::LinkInfo(vec![
                LinkInfo::Kind(InfoKind::Veth),
                LinkInfo::Data(InfoData::Veth(InfoVeth::Peer(eth0))),
            ]),
        ]);
        let cable = NewLink(switched_on(ours));
        self.netlink.ask(&self.veth, vec![(cable, NEW)])
    }
}

/// An end that holds no packet back. The kernel would make a queue for each
/// processor, at each end.
fn end_of_cable(name: &str) -> LinkMessage {
    let mut end = named(name);
    end.attributes.extend([
        LinkAttribute::TxQueueLen(0),
        LinkAttribute::NumTxQueues(1),
        LinkAttribute::NumRxQueues(1),
    ]);
    end
}

/// In the container: addresses and the route out. Without a cable, lo only.
pub fn configure(ip: Option<Ipv4Addr>) -> Result<()> {
    // Nobody else is in here: any port may be anybody's, and ping needs no
    // privilege. Where a kernel has no such limits, there is none to lift.
    let ipv4 = "/proc/sys/net/ipv4";
    let _ = fs::write(format!("{ipv4}/ip_unprivileged_port_start"), "0");
    let _ = fs::write(format!("{ipv4}/ping_group_range"), "0 2147483647");
    let netlink = Netlink::open()?;
    let mut batch = vec![(NewLink(switched_on(named("lo"))), 0)];
    if let Some(ip) = ip {
        // Docker's networks have no IPv6 unless they are told to; lo has. A
        // kernel may have none either.
        let _ = fs::write("/proc/sys/net/ipv6/conf/eth0/disable_ipv6", "1");
        let eth0 = netlink.index("eth0").named("ioctl", "eth0")?;
        batch.push((NewLink(switched_on(named("eth0"))), 0));
        batch.push((NewAddress(address(eth0, ip)), NEW));
        batch.push((NewRoute(default_route(eth0)), NEW));
    }
    netlink.ask("eth0", batch)
}

/// In the machine: switches our end off, and nothing gets to the other one: a
/// new container may have its address.
pub fn switch_off(veth: &str) -> Result<()> {
    let mut ours = named(veth);
    ours.header.change_mask = LinkFlags::Up;
    unless_gone(veth, NewLink(ours))
}

/// In the machine: takes the cable away, both ends of it. The kernel takes
/// 20 ms for that. It would do so itself, some time after the last process in
/// there; but a shell that has joined in the meantime would keep it.
pub fn disconnect(veth: &str) -> Result<()> {
    let gone = unless_gone(veth, DelLink(named(veth)));
    // Who may not take a cable away is refused even where there is none.
    gone.or_else(|error| match if_nametoindex(veth) {
        Err(ENODEV) => Ok(()),
        _ => Err(error),
    })
}

fn unless_gone(veth: &str, message: RouteNetlinkMessage) -> Result<()> {
    let done = Netlink::open()?.ask(veth, vec![(message, 0)]);
    done.or_else(|error| match error.call {
        Some((_, ENODEV)) => Ok(()),
        _ => Err(error),
    })
}

const NEW: u16 = NLM_F_CREATE | NLM_F_EXCL;

/// A question of the old kind about a link, by ioctl(2): an answer over
/// rtnetlink would have all that is known of it, and takes twenty times as long.
fn question(name: &str) -> libc::ifreq {
    // SAFETY: all bits zero is a question about a link without a name.
    let mut link: libc::ifreq = unsafe { std::mem::zeroed() };
    // The last byte stays zero.
    let place = link.ifr_name.iter_mut().take(libc::IFNAMSIZ - 1);
    for (to, from) in place.zip(name.bytes()) {
        *to = from as _;
    }
    link
}

nix::ioctl_readwrite_bad!(get_index, libc::SIOCGIFINDEX, libc::ifreq);
nix::ioctl_readwrite_bad!(get_flags, libc::SIOCGIFFLAGS, libc::ifreq);

/// A bridge that others have made, a Docker with another network, say, may not
/// have the address that containers are told is the way out.
fn has_gateway() -> Result<()> {
    let here = UdpSocket::bind((GATEWAY, 0)).map(drop);
    here.map_err(|_| {
        let has_not = format!("{BRIDGE} does not have the address {GATEWAY}");
        let give = format!("ip address add {GATEWAY}/{PREFIX} dev {BRIDGE}");
        refused(format!("{has_not}: {give}"))
    })
}

struct Netlink(Socket);

impl Netlink {
    fn open() -> Result<Self> {
        let socket = Socket::new(NETLINK_ROUTE);
        Ok(Self(socket.named("socket", "NETLINK_ROUTE")?))
    }

    /// The number of a link: addresses and routes do not know it by name.
    fn index(&self, name: &str) -> nix::Result<u32> {
        let mut link = question(name);
        // SAFETY: the pointer is to an ifreq, and the descriptor is open.
        unsafe { get_index(self.0.as_raw_fd(), &mut link) }?;
        // SAFETY: the kernel has just written this member.
        Ok(unsafe { link.ifr_ifru.ifru_ifindex } as u32)
    }

    /// The number of docker0, if it is there and switched on.
    fn finished_bridge(&self) -> Result<Option<u32>> {
        let index = match self.index(BRIDGE) {
            Err(ENODEV) => return Ok(None),
            index => index.named("ioctl", "SIOCGIFINDEX")?,
        };
        let mut link = question(BRIDGE);
        // SAFETY: the pointer is to an ifreq, and the descriptor is open.
        let asked = unsafe { get_flags(self.0.as_raw_fd(), &mut link) };
        if let Err(ENODEV) = asked {
            return Ok(None);
        }
        asked.named("ioctl", "SIOCGIFFLAGS")?;
        // SAFETY: the kernel has just written this member.
        let flags = unsafe { link.ifr_ifru.ifru_flags };
        Ok(Some(index).filter(|_| i32::from(flags) & libc::IFF_UP != 0))
    }

    /// The index of docker0, which is made when it is first needed. It is
    /// switched on last: as long as it is off, it is not finished.
    fn bridge(&self) -> Result<u32> {
        if let Some(index) = self.finished_bridge()? {
            return has_gateway().map(|()| index);
        }
        let mut bridge = named(BRIDGE);
        bridge.attributes.extend([
            LinkAttribute::LinkInfo(vec![LinkInfo::Kind(InfoKind::Bridge)]),
            LinkAttribute::TxQueueLen(0),
            LinkAttribute::Address(hardware_address(GATEWAY).to_vec()),
        ]);
        // Another command may have been faster.
        let made = self.ask(BRIDGE, vec![(NewLink(bridge), NEW)]);
        made.or_else(|error| match error.call {
            Some((_, EEXIST)) => Ok(()),
            _ => Err(error),
        })?;
        let bridge = self.index(BRIDGE).named("ioctl", "SIOCGIFINDEX")?;
        let address = NewAddress(address(bridge, GATEWAY));
        let up = NewLink(switched_on(named(BRIDGE)));
        let replace = NLM_F_CREATE | NLM_F_REPLACE;
        self.ask(BRIDGE, vec![(address, replace), (up, 0)])?;
        Ok(bridge)
    }

    /// Has all of it done, in this order, for one price; then reads what was
    /// refused, until the last one is acknowledged.
    fn ask(&self, name: &str, batch: Batch) -> Result<()> {
        let last = batch.len() as u32;
        let mut done = false;
        let mut errno = None;
        let sent = self.0.send(&serialized(batch), 0);
        sent.named("send", "NETLINK_ROUTE")?;
        while !done {
            // The kernel's answers have no more than a page, or two.
            let mut bytes = Vec::with_capacity(16 * 1024);
            self.0.recv(&mut bytes, 0).named("recv", "NETLINK_ROUTE")?;
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let answer = Answer::deserialize(rest)
                    .or(Err(Errno::EBADMSG))
                    .named("recv", "NETLINK_ROUTE")?;
                let length = answer.header.length.next_multiple_of(4) as usize;
                rest = rest.get(length..).unwrap_or_default();
                if let NetlinkPayload::Error(error) = answer.payload {
                    done = answer.header.sequence_number == last;
                    errno = errno.or(error.code);
                }
            }
        }
        match errno {
            Some(code) => Err(Errno::from_raw(-code.get())),
            None => Ok(()),
        }
        .named("rtnetlink", name)
    }
}

fn serialized(batch: Batch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let last = batch.len();
    for (number, (message, flags)) in (1..).zip(batch) {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | flags;
        header.sequence_number = number;
        // A refusal comes in any case.
        if number as usize == last {
            header.flags |= NLM_F_ACK;
        }
        let payload = NetlinkPayload::InnerMessage(message);
        let mut message = NetlinkMessage::new(header, payload);
        message.finalize();
        let begin = bytes.len();
        // Each message begins at a multiple of 4.
        bytes.resize(begin + message.buffer_len().next_multiple_of(4), 0);
        message.serialize(&mut bytes[begin..]);
    }
    bytes
}

type Answer = NetlinkMessage<RouteNetlinkMessage>;

/// Messages, each with its flags.
type Batch = Vec<(RouteNetlinkMessage, u16)>;

fn named(name: &str) -> LinkMessage {
    let mut link = LinkMessage::default();
    link.attributes.push(LinkAttribute::IfName(name.into()));
    link
}

fn switched_on(mut link: LinkMessage) -> LinkMessage {
    link.header.flags = LinkFlags::Up;
    link.header.change_mask = LinkFlags::Up;
    link
}

fn address(link: u32, ip: Ipv4Addr) -> AddressMessage {
    let mut message = AddressMessage::default();
    message.header.family = AddressFamily::Inet;
    message.header.prefix_len = PREFIX;
    message.header.index = link;
    message.attributes = vec![
        AddressAttribute::Local(IpAddr::V4(ip)),
        AddressAttribute::Address(IpAddr::V4(ip)),
        AddressAttribute::Broadcast(last(ip)),
    ];
    message
}

fn default_route(link: u32) -> RouteMessage {
    let mut message = RouteMessage::default();
    message.header = RouteHeader {
        address_family: AddressFamily::Inet,
        table: RouteHeader::RT_TABLE_MAIN,
        protocol: RouteProtocol::Boot,
        scope: RouteScope::Universe,
        kind: RouteType::Unicast,
        ..RouteHeader::default()
    };
    message.attributes = vec![
        RouteAttribute::Gateway(RouteAddress::Inet(GATEWAY)),
        RouteAttribute::Oif(link),
    ];
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_address_is_next_and_the_hardware_address_is_made_of_it()
    {
        let lease = |taken: &[u8]| {
            let taken = taken.iter().map(|it| Ipv4Addr::new(172, 17, 0, *it));
            shown(lease(taken).expect("65533 are free"))
        };
        assert_eq!(lease(&[]), ["172.17.0.2", "02:42:ac:11:00:02"]);
        assert_eq!(lease(&[2, 4, 3, 6])[0], "172.17.0.5");
    }
}
