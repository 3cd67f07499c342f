//! The network cards of a stage: `lo`, and an `eth0` as QEMU's machine has.
//!
//! `eth0` is a tap, a card whose cable leads to this program (the kernel's
//! Documentation/networking/tuntap.rst). Nobody reads what is sent to it.

use std::fs::{self, File, OpenOptions};
use std::net::Ipv4Addr;
use std::os::fd::AsRawFd;

use anyhow::{Context, Result, bail, ensure};
use netlink_packet_core::{
    NLM_F_ACK, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{LinkAttribute, LinkMessage, State};
use netlink_sys::{Socket, protocols::NETLINK_ROUTE};
use nix::errno::Errno;
use nix::net::if_::if_nametoindex;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

const NAME: &str = "eth0";
const ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 15);
const MASK: Ipv4Addr = Ipv4Addr::new(255, 255, 255, 0);
const BROADCAST: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 255);

/// The hardware address that QEMU gives to its first card.
const HARDWARE: [u8; 6] = [0x52, 0x54, 0x00, 0x12, 0x34, 0x56];

/// Requests about a card (netdevice(7), linux/sockios.h).
const SET_FLAGS: libc::Ioctl = 0x8914;
const SET_ADDRESS: libc::Ioctl = 0x8916;
const SET_BROADCAST: libc::Ioctl = 0x891a;
const SET_MASK: libc::Ioctl = 0x891c;
const SET_HARDWARE_ADDRESS: libc::Ioctl = 0x8924;

/// Cards that a fresh network namespace may have, besides `lo`: none.
const CARDS: &str = "/sys/class/net";

/// Switches on both cards. The card is there as long as the returned file is
/// open.
pub fn switch_on() -> Result<File> {
    let found = fs::read_dir(CARDS).context(CARDS)?.flatten();
    let others = found.map(|it| it.file_name().to_string_lossy().into_owned());
    let others: Vec<String> = others.filter(|name| name != "lo").collect();
    ensure!(
        others.is_empty(),
        "each new network namespace of this Linux has {}; to change that: \
         sysctl net.core.fb_tunnels_only_for_init_net=2",
        others.join(", ")
    );
    let card = tap()?;
    let asked = Asked::new()?;
    asked.of("lo", SET_FLAGS, Data::flags(libc::IFF_UP))?;
    let hardware = Data::hardware(HARDWARE);
    asked.of(NAME, SET_HARDWARE_ADDRESS, hardware)?;
    asked.of(NAME, SET_ADDRESS, Data::address(ADDRESS))?;
    asked.of(NAME, SET_MASK, Data::address(MASK))?;
    asked.of(NAME, SET_BROADCAST, Data::address(BROADCAST))?;
    let up = libc::IFF_UP | libc::IFF_BROADCAST | libc::IFF_MULTICAST;
    asked.of(NAME, SET_FLAGS, Data::flags(up))?;
    say_that_it_works()?;
    Ok(card)
}

/// Makes the card's state `UP`, as that of a card with a cable. A tap's is
/// unknown until somebody says so (the kernel's
/// Documentation/networking/operstates.rst).
fn say_that_it_works() -> Result<()> {
    let mut message = LinkMessage::default();
    message.header.index =
        if_nametoindex(NAME).context("if_nametoindex(eth0)")?;
    message.attributes.push(LinkAttribute::OperState(State::Up));
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST | NLM_F_ACK;
    let payload = RouteNetlinkMessage::SetLink(message);
    let mut request = NetlinkMessage::new(header, payload.into());
    request.finalize();
    let mut bytes = vec![0; request.buffer_len()];
    request.serialize(&mut bytes);
    let socket = Socket::new(NETLINK_ROUTE).context("socket(NETLINK_ROUTE)")?;
    socket.send(&bytes, 0).context("send(netlink)")?;
    let (answer, _) = socket.recv_from_full().context("recv(netlink)")?;
    let answer = NetlinkMessage::<RouteNetlinkMessage>::deserialize(&answer)?;
    match answer.payload {
        NetlinkPayload::Error(error) if error.code.is_some() => {
            bail!("netlink: eth0 is up: {error}")
        }
        _ => Ok(()),
    }
}

/// Makes a tap: `TUNSETIFF` of linux/if_tun.h.
fn tap() -> Result<File> {
    let path = "/dev/net/tun";
    let file = OpenOptions::new().read(true).write(true).open(path);
    let file = file.with_context(|| format!("open({path})"))?;
    let data = Data::flags(libc::IFF_TAP | libc::IFF_NO_PI);
    let request = request(NAME, data)?;
    // SAFETY: the request is a whole ifreq that outlives the call.
    let made = unsafe {
        libc::ioctl(file.as_raw_fd(), libc::TUNSETIFF, &raw const request)
    };
    Errno::result(made).with_context(|| format!("ioctl(TUNSETIFF, {NAME})"))?;
    Ok(file)
}

/// The part of an ifreq behind the name (netdevice(7)).
struct Data(libc::__c_anonymous_ifr_ifru);

impl Data {
    fn flags(flags: libc::c_int) -> Self {
        let mut data = Self::nothing();
        data.0.ifru_flags = flags as libc::c_short;
        data
    }

    fn address(address: Ipv4Addr) -> Self {
        let mut bytes = [0; 14];
        // A sockaddr_in has the port first.
        bytes[2..6].copy_from_slice(&address.octets());
        Self::socket_address(libc::AF_INET as libc::sa_family_t, bytes)
    }

    fn hardware(address: [u8; 6]) -> Self {
        let mut bytes = [0; 14];
        bytes[..6].copy_from_slice(&address);
        Self::socket_address(libc::ARPHRD_ETHER, bytes)
    }

    fn socket_address(family: libc::sa_family_t, bytes: [u8; 14]) -> Self {
        let mut data = Self::nothing();
        data.0.ifru_addr = libc::sockaddr {
            sa_family: family,
            sa_data: bytes.map(|byte| byte as libc::c_char),
        };
        data
    }

    fn nothing() -> Self {
        // SAFETY: all zeros are valid for each member of the union.
        Self(unsafe { std::mem::zeroed() })
    }
}

fn request(name: &str, data: Data) -> Result<libc::ifreq> {
    let mut ifr_name = [0; libc::IFNAMSIZ];
    ensure!(name.len() < ifr_name.len(), "{name}: too long");
    for (to, from) in ifr_name.iter_mut().zip(name.bytes()) {
        *to = from as libc::c_char;
    }
    Ok(libc::ifreq {
        ifr_name,
        ifr_ifru: data.0,
    })
}

/// A socket that requests about cards go to.
struct Asked(std::os::fd::OwnedFd);

impl Asked {
    fn new() -> Result<Self> {
        let flags = SockFlag::SOCK_CLOEXEC;
        socket(AddressFamily::Inet, SockType::Datagram, flags, None)
            .map(Self)
            .context("socket(AF_INET)")
    }

    fn of(&self, name: &str, what: libc::Ioctl, data: Data) -> Result<()> {
        let request = request(name, data)?;
        // SAFETY: the request is a whole ifreq that outlives the call.
        let done = unsafe {
            libc::ioctl(self.0.as_raw_fd(), what, &raw const request)
        };
        Errno::result(done)
            .map(drop)
            .with_context(|| format!("ioctl({name}, {what:#x})"))
    }
}
