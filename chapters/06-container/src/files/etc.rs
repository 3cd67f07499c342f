//! etc - hosts and hostname: the names a container knows
//!
//! A container that joins another's network has the donor's names, and the
//! donor may have joined a third one's network.
//!
//! See: hosts(5), hostname(5), resolv.conf(5)

use std::fs;

use crate::files::container::Container;
use crate::files::networks::Network;
use crate::files::resolv_conf;
use crate::files::store::Store;

/// Files below /etc, and their text.
pub type Files = [(&'static str, Vec<u8>); 3];

/// The files of a container that is about to start.
pub fn of(store: &Store, container: &Container) -> Files {
    let of = end_of_chain(store, container);
    let hostname = of.hostname.bytes();
    let host = *of.asked.network() == Network::Host;
    let hosts = match of.ip {
        Some(ip) => {
            let line = [format!("{ip}\t").as_bytes(), hostname].concat();
            [HOSTS.as_bytes(), &line, &short(hostname), b"\n"].concat()
        }
        None if host => fs::read("/etc/hosts").unwrap_or_default(),
        None => HOSTS.into(),
    };
    [
        ("hosts", hosts),
        ("hostname", [hostname, b"\n"].concat()),
        ("resolv.conf", resolv_conf::of_the_machine(host)),
    ]
}

/// The container whose network this one has, at the end of a chain of donors.
fn end_of_chain<'a>(
    store: &'a Store,
    container: &'a Container,
) -> &'a Container {
    let next = |it: &&'a Container| match it.asked.network() {
        Network::Of(donor) => store.find(donor).ok(),
        _ => None,
    };
    // No container joins its own donor's chain; a file may say so all the same.
    let most = store.containers.len() + 1;
    let mut chain = std::iter::successors(Some(container), next).take(most);
    chain.by_ref().last().unwrap_or(container)
}

/// ` web` of `web.example.com`
fn short(hostname: &[u8]) -> Vec<u8> {
    let dot = hostname.iter().position(|byte| *byte == b'.');
    dot.map_or(vec![], |dot| [b" ", &hostname[..dot]].concat())
}

const HOSTS: &str = "127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
ff00::\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_has_a_short_one_beside_it() {
        assert_eq!(short(b"web.example.com"), b" web");
        assert_eq!(short(b"web"), b"");
        assert_eq!(short(b".b"), b" ");
    }
}
