//! The network namespaces and their interfaces.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::sched::{CloneFlags, setns};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
use protocol::facts::{Interface, Kind, Namespace, NetNamespace, Peer};

use super::links::{Link, Netlink};
use super::processes::Order;

/// One namespace, with what is needed to ask about it.
struct Open {
    namespace: Namespace,
    handle: File,
    netlink: Netlink,
    links: Vec<Link>,
}

/// Every network namespace that has a handle, and whether the kernel has
/// finished with what was last asked of it.
pub fn all(
    handles: &BTreeMap<Order, PathBuf>,
) -> Result<(Vec<NetNamespace>, bool)> {
    let mut open = Vec::new();
    for (order, path) in handles {
        if order.namespace.kind == Kind::Net {
            // One that has just ended is left out.
            if let Ok(namespace) = enter(order.namespace, path) {
                open.push(namespace);
            }
        }
    }
    let mut settled = true;
    let mut networks = Vec::new();
    for own in &open {
        let names = numbers_of_the_others(own, &open)?;
        let interfaces = own
            .links
            .iter()
            .map(|link| {
                let peer = peer(link, own.namespace, &names);
                let lost = peer.is_some_and(|peer| peer.namespace.is_none());
                settled &= link.settled && !lost;
                Interface {
                    peer,
                    ..link.interface.clone()
                }
            })
            .collect();
        networks.push(NetNamespace {
            namespace: own.namespace,
            interfaces,
        });
    }
    Ok((networks, settled))
}

fn enter(namespace: Namespace, path: &Path) -> Result<Open> {
    let handle = File::open(path)?;
    let (netlink, links) = inside(&handle, || {
        let mut netlink = Netlink::open()?;
        let links = netlink.links()?;
        Ok((netlink, links))
    })?;
    Ok(Open {
        namespace,
        handle,
        netlink,
        links,
    })
}

/// Does something as a member of another network namespace. A socket opened
/// there stays there.
fn inside<T>(handle: &File, act: impl FnOnce() -> Result<T>) -> Result<T> {
    let home = File::open("/proc/self/ns/net").context("open(own net)")?;
    setns(handle, CloneFlags::CLONE_NEWNET).context("setns(net)")?;
    let result = act();
    setns(&home, CloneFlags::CLONE_NEWNET).context("setns(back)")?;
    result
}

/// A namespace knows others by small numbers of its own (`link-netnsid`).
fn numbers_of_the_others(
    own: &Open,
    all: &[Open],
) -> Result<BTreeMap<i32, Namespace>> {
    let mut numbers = BTreeMap::new();
    for other in all {
        let number = own.netlink.number_of(other.handle.as_raw_fd())?;
        if let Some(number) = number {
            numbers.insert(number, other.namespace);
        }
    }
    Ok(numbers)
}

fn peer(
    link: &Link,
    own: Namespace,
    names: &BTreeMap<i32, Namespace>,
) -> Option<Peer> {
    if link.interface.kind != "veth" {
        return None;
    }
    let namespace = match link.peer_namespace {
        Some(number) => names.get(&number).copied(),
        None => Some(own),
    };
    Some(Peer {
        namespace,
        index: link.peer_index?,
    })
}

/// The number the kernel gives to a network namespace once and never again.
pub fn cookie(handle: &Path) -> Result<u64> {
    let handle = File::open(handle)?;
    let (kind, flags) = (SockType::Datagram, SockFlag::SOCK_CLOEXEC);
    let member = inside(&handle, || {
        Ok(socket(AddressFamily::Unix, kind, flags, None)?)
    })?;
    let mut cookie = 0u64;
    let mut size = size_of_val(&cookie) as libc::socklen_t;
    // SAFETY: the pointers are to a u64 and its size, alive during the call.
    let result = unsafe {
        libc::getsockopt(
            member.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_NETNS_COOKIE,
            (&raw mut cookie).cast(),
            &raw mut size,
        )
    };
    Errno::result(result).context("getsockopt(SO_NETNS_COOKIE)")?;
    Ok(cookie)
}
