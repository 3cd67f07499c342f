//! Reads the network namespaces and their interfaces.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::sched::{CloneFlags, setns};
use protocol::facts::{Interface, Kind, Namespace, NetNamespace, Peer};

use super::handle;
use super::handles::Order;
use super::links::{self, Link, Said};
use super::netlink::{Memory, Netlink};

/// A network namespace, opened for requests.
struct Open {
    namespace: Namespace,
    handle: File,
    netlink: Netlink,
    links: Vec<Link>,
}

/// Reader of the network namespaces, which remembers parsed messages.
#[derive(Default)]
pub struct Networks {
    home: Option<Home>,
    memory: Memory<Said>,
    cards: usize,
}

impl Networks {
    /// Returns every network namespace with a handle, and whether the kernel
    /// has settled.
    pub fn all(
        &mut self,
        handles: &BTreeMap<Order, PathBuf>,
    ) -> Result<(Vec<NetNamespace>, bool)> {
        let home = match self.home.take() {
            Some(home) => home,
            None => Home::open()?,
        };
        self.memory.begin_look();
        let mut open = Vec::new();
        for (order, path) in handles {
            if order.namespace.kind == Kind::Net {
                let look =
                    |netlink: &Netlink| links::all(netlink, &mut self.memory);
                // A namespace that has just ended is left out.
                let namespace = home.look_into(order.namespace, path, look);
                open.extend(namespace.ok());
            }
        }
        self.home = Some(home);
        let (networks, settled) = reported(&open)?;
        let cards_are_there = cards(&networks) >= self.cards;
        Ok((networks, settled && cards_are_there))
    }

    /// Takes what a look has found as all there is: the cards of these networks
    /// have to be in the next ones, too.
    pub fn accept(&mut self, networks: &[NetNamespace]) {
        self.cards = cards(networks);
    }
}

/// Returns the namespaces, and whether all is settled. Peers are found here,
/// because that needs the interfaces of all namespaces.
fn reported(open: &[Open]) -> Result<(Vec<NetNamespace>, bool)> {
    let mut settled = true;
    let mut networks = Vec::new();
    for own in open {
        let names = numbers_of_the_others(own, open)?;
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

/// Returns how many interfaces are devices. Nobody can destroy a device: when
/// its namespace ends, the kernel moves it to the first one, some time later
/// (net/core/dev.c, `default_device_exit_net`). Until then it is in none.
fn cards(networks: &[NetNamespace]) -> usize {
    let interfaces = networks.iter().flat_map(|n| &n.interfaces);
    interfaces.filter(|i| i.kind == "ethernet").count()
}

/// Network namespace of this process.
struct Home {
    handle: File,
    inode: u64,
}

impl Home {
    fn open() -> Result<Self> {
        let handle =
            File::open("/proc/self/ns/net").context("open(own net)")?;
        let inode = handle.metadata().context("stat(own net)")?.ino();
        Ok(Self { handle, inode })
    }

    fn look_into(
        &self,
        namespace: Namespace,
        path: &Path,
        look: impl FnOnce(&Netlink) -> Result<Vec<Link>>,
    ) -> Result<Open> {
        let handle = handle::open(path)?;
        let netlink = if namespace.inode == self.inode {
            Netlink::open()?
        } else {
            self.inside(&handle, Netlink::open)?
        };
        let links = look(&netlink)?;
        Ok(Open {
            namespace: Namespace {
                cookie: netlink.cookie(),
                ..namespace
            },
            handle,
            netlink,
            links,
        })
    }

    /// Calls a function as a member of another network namespace. A socket
    /// opened there stays there.
    fn inside<T>(
        &self,
        handle: &File,
        act: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        setns(handle, CloneFlags::CLONE_NEWNET).context("setns(net)")?;
        let result = act();
        setns(&self.handle, CloneFlags::CLONE_NEWNET).context("setns(back)")?;
        result
    }
}

/// Returns the small numbers by which a namespace knows the others
/// (`link-netnsid`).
fn numbers_of_the_others(
    own: &Open,
    all: &[Open],
) -> Result<BTreeMap<i32, Namespace>> {
    let mut numbers = BTreeMap::new();
    if own.links.iter().all(|link| link.peer_namespace.is_none()) {
        return Ok(numbers);
    }
    for other in all {
        let handle = other.handle.as_raw_fd();
        let number = links::number_of(&own.netlink, handle)?;
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
