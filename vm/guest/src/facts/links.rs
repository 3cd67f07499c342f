//! Interfaces and addresses by rtnetlink(7).

use std::os::fd::{AsRawFd, RawFd};

use anyhow::{Context, Result, bail};
use netlink_packet_core::{
    NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{
    LinkAttribute, LinkExtentMask, LinkFlags, LinkInfo, LinkLayerType,
    LinkMessage, State,
};
use netlink_packet_route::nsid::{NsidAttribute, NsidMessage};
use netlink_sys::{Socket, protocols::NETLINK_ROUTE};
use protocol::facts::{Interface, LinkState};

/// The kernel puts no more into one answer.
const MOST_BYTES: usize = 32 << 10;

/// An interface, and what only the machine needs to know about it.
pub struct Link {
    /// What is reported, but for its peer.
    pub interface: Interface,
    /// The peer's index in its namespace.
    pub peer_index: Option<u32>,
    /// The number of the peer's namespace; none: it is in this one.
    pub peer_namespace: Option<i32>,
    /// The kernel has finished switching it on or off.
    pub settled: bool,
}

/// A netlink socket; it belongs to the namespace it was opened in.
pub struct Netlink {
    socket: Socket,
}

impl Netlink {
    /// In the network namespace of the caller.
    pub fn open() -> Result<Self> {
        let socket =
            Socket::new(NETLINK_ROUTE).context("socket(NETLINK_ROUTE)")?;
        Ok(Self { socket })
    }

    /// The number the kernel gives to its network namespace once and never
    /// again (`SO_NETNS_COOKIE`, since Linux 5.14); 0 where it has none.
    pub fn cookie(&self) -> u64 {
        let mut cookie = 0u64;
        let mut size = size_of_val(&cookie) as libc::socklen_t;
        // SAFETY: the pointers are to a u64 and its size, alive in the call.
        let result = unsafe {
            libc::getsockopt(
                self.socket.as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_NETNS_COOKIE,
                (&raw mut cookie).cast(),
                &raw mut size,
            )
        };
        if result == 0 { cookie } else { 0 }
    }

    /// All interfaces with their addresses, by index.
    pub fn links(&mut self) -> Result<Vec<Link>> {
        let mut message = LinkMessage::default();
        // Counters of packets are most of an answer, and no fact.
        let no_counters =
            LinkAttribute::ExtMask(vec![LinkExtentMask::SkipStats]);
        message.attributes.push(no_counters);
        let get = RouteNetlinkMessage::GetLink(message);
        let mut links = links_among(self.ask(get, NLM_F_DUMP)?);
        for link in &mut links {
            if !link.settled {
                self.settle(link);
            }
        }
        let get = RouteNetlinkMessage::GetAddress(AddressMessage::default());
        for answer in self.ask(get, NLM_F_DUMP)? {
            if let RouteNetlinkMessage::NewAddress(message) = answer {
                add_address(&mut links, &message);
            }
        }
        links.sort_by_key(|link| link.interface.index);
        Ok(links)
    }

    /// The kernel draws its conclusion from a cable that is out within a
    /// second. Asked about the one interface it does so at once, since 6.8
    /// (net/core/rtnetlink.c, rtnl_getlink).
    fn settle(&self, link: &mut Link) {
        let mut message = LinkMessage::default();
        message.header.index = link.interface.index;
        let answers = self.ask(RouteNetlinkMessage::GetLink(message), 0);
        // It may just have been removed.
        let now = answers.map(links_among).unwrap_or_default();
        if let Some(now) = now.into_iter().next() {
            *link = now;
        }
    }

    /// The number this socket's namespace has given to another one.
    pub fn number_of(&self, handle: RawFd) -> Result<Option<i32>> {
        let mut message = NsidMessage::default();
        message
            .attributes
            .push(NsidAttribute::Fd(handle.cast_unsigned()));
        let answers = self.ask(RouteNetlinkMessage::GetNsId(message), 0)?;
        Ok(answers.into_iter().find_map(|answer| match answer {
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

    fn ask(
        &self,
        question: RouteNetlinkMessage,
        flags: u16,
    ) -> Result<Vec<RouteNetlinkMessage>> {
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | flags;
        let mut request =
            NetlinkMessage::new(header, NetlinkPayload::from(question));
        request.finalize();
        let mut bytes = vec![0; request.buffer_len()];
        request.serialize(&mut bytes);
        self.socket.send(&bytes, 0).context("send(netlink)")?;

        let mut answers = Vec::new();
        let mut datagram = Vec::with_capacity(MOST_BYTES);
        loop {
            datagram.clear();
            self.socket
                .recv(&mut datagram, 0)
                .context("recv(netlink)")?;
            let mut rest = datagram.as_slice();
            while !rest.is_empty() {
                let message =
                    NetlinkMessage::<RouteNetlinkMessage>::deserialize(rest)
                        .context("a netlink message")?;
                let length = (message.header.length as usize + 3) & !3;
                rest = rest.get(length..).unwrap_or_default();
                match message.payload {
                    NetlinkPayload::Done(_) => return Ok(answers),
                    NetlinkPayload::Error(error) => {
                        bail!("netlink: {error}")
                    }
                    NetlinkPayload::InnerMessage(answer) => {
                        answers.push(answer);
                    }
                    _ => {}
                }
            }
            if flags & NLM_F_DUMP == 0 {
                return Ok(answers);
            }
        }
    }
}

fn links_among(answers: Vec<RouteNetlinkMessage>) -> Vec<Link> {
    answers
        .into_iter()
        .filter_map(|answer| match answer {
            RouteNetlinkMessage::NewLink(message) => Some(link(&message)),
            _ => None,
        })
        .collect()
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
    for attribute in &message.attributes {
        read_attribute(&mut link, attribute);
    }
    link
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
        LinkAttribute::OperState(operational) => {
            let up = matches!(operational, State::Up | State::Unknown);
            link.settled = match interface.state {
                LinkState::Up => up,
                LinkState::NoCarrier => !up,
                LinkState::Down => true,
            };
        }
        _ => {}
    }
}

fn add_address(links: &mut [Link], message: &AddressMessage) {
    // A point-to-point address is in Local; everywhere else both are equal.
    let address = message.attributes.iter().find_map(|a| match a {
        AddressAttribute::Local(address) => Some(address),
        _ => None,
    });
    let address = address.or_else(|| {
        message.attributes.iter().find_map(|a| match a {
            AddressAttribute::Address(address) => Some(address),
            _ => None,
        })
    });
    let link = links
        .iter_mut()
        .find(|link| link.interface.index == message.header.index);
    if let (Some(address), Some(link)) = (address, link) {
        let address = format!("{address}/{}", message.header.prefix_len);
        link.interface.addresses.push(address);
    }
}
