//! etc - hosts, hostname and resolv.conf: the names a container knows
//!
//! Whoever joins a network has the names for it that its donor has, and the
//! donor may have joined another's.
//!
//! See: hosts(5), hostname(5), resolv.conf(5)

use std::fs;
use std::net::IpAddr;

use crate::container::{Container, donor};
use crate::store::Store;

/// Files below /etc, and what they say.
pub type Files = [(&'static str, Vec<u8>); 3];

/// Those of a container that is about to start.
pub fn of(store: &Store, container: &Container) -> Files {
    let of = end_of_chain(store, container);
    let hostname = of.hostname.bytes();
    let host = of.asked.network() == "host";
    let read = |path| fs::read(path).unwrap_or_default();
    let hosts = match of.ip {
        Some(ip) => {
            let line = [format!("{ip}\t").as_bytes(), hostname].concat();
            [HOSTS.as_bytes(), &line, &short(hostname), b"\n"].concat()
        }
        None if host => read("/etc/hosts"),
        None => HOSTS.into(),
    };
    let servers = read("/etc/resolv.conf");
    [
        ("hosts", hosts),
        ("hostname", [hostname, b"\n"].concat()),
        // Docker does this in two steps, which leave blank lines.
        (
            "resolv.conf",
            match host {
                true => servers,
                false => reachable(&reachable(&servers, true), false),
            },
        ),
    ]
}

/// The container whose network it is; of several joined, the last.
fn end_of_chain<'a>(
    store: &'a Store,
    container: &'a Container,
) -> &'a Container {
    let next = |it: &&'a Container| {
        let donor = donor(it.asked.network())?;
        store.find(donor).ok()
    };
    // Nobody joins who joins him; a file may say so all the same.
    let most = store.containers.len() + 1;
    let mut chain = std::iter::successors(Some(container), next).take(most);
    chain.by_ref().last().unwrap_or(container)
}

/// ` web` of `web.example.com`
fn short(hostname: &[u8]) -> Vec<u8> {
    let dot = hostname.iter().position(|byte| *byte == b'.');
    dot.map_or(vec![], |dot| [b" ", &hostname[..dot]].concat())
}

/// Without the name servers that are the machine itself: in a network of its
/// own, a container would ask itself. Where no other is left, Docker takes two
/// that are everybody's. (There is no IPv6 in there.)
fn reachable(servers: &[u8], ipv6: bool) -> Vec<u8> {
    let (mut kept, mut left) = (Vec::new(), false);
    let mut behind_dropped = false;
    for line in servers.split_inclusive(|byte| *byte == b'\n') {
        let blank = line.trim_ascii().is_empty();
        let server = server(line);
        let drop = match server {
            Some(IpAddr::V4(ip)) => ip.is_loopback(),
            Some(IpAddr::V6(ip)) => ip.is_loopback() || !ipv6,
            None => behind_dropped && blank,
        };
        behind_dropped = drop;
        left |= server.is_some() && !drop;
        kept.extend(line.iter().filter(|_| !drop));
    }
    if !left {
        kept.extend(FOR_ALL.as_bytes());
        kept.extend(ipv6.then_some(b'\n'));
    }
    kept
}

/// The address of a line `nameserver ADDRESS`.
fn server(line: &[u8]) -> Option<IpAddr> {
    let line = String::from_utf8_lossy(line);
    let address = line.strip_prefix("nameserver")?;
    let address = address.strip_prefix([' ', '\t'])?;
    let address = address.split_whitespace().next()?;
    // `fe80::1%eth0` is one on this link.
    address.split('%').next()?.parse().ok()
}

const FOR_ALL: &str = "\nnameserver 8.8.8.8\nnameserver 8.8.4.4";

const HOSTS: &str = "127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
ff00::0\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
";

#[cfg(test)]
mod tests {
    use super::*;

    /// As real Docker 20.10 wrote it.
    #[test]
    fn name_servers_are_those_that_can_be_reached() {
        let four = "\nnameserver 8.8.8.8\nnameserver 8.8.4.4";
        for (machine, container) in [
            ("", format!("{four}\n")),
            ("nameserver 10.0.0.1", "nameserver 10.0.0.1".into()),
            (
                "nameserver 127.0.0.53\nsearch a b\noptions edns0\n",
                format!("search a b\noptions edns0\n{four}\n"),
            ),
            (
                "# c\nnameserver 127.0.0.53\nnameserver 10.0.0.1\n\
                 nameserver ::1\nsearch a b\n",
                "# c\nnameserver 10.0.0.1\nsearch a b\n".into(),
            ),
            (
                "# c\nnameserver 10.0.0.1\nnameserver fe80::1\n\
                 nameserver 2001:db8::1\n\nsearch a b\n",
                "# c\nnameserver 10.0.0.1\nsearch a b\n".into(),
            ),
            ("nameserver 2001:db8::1\n", four.into()),
        ] {
            let found = reachable(machine.as_bytes(), true);
            let found = reachable(&found, false);
            let found = String::from_utf8_lossy(&found).into_owned();
            assert_eq!(found, container, "of {machine}");
        }
        let bytes = b"# J\xfcrgen\nnameserver 10.0.0.1 # \xff\n";
        assert_eq!(reachable(bytes, true), [&bytes[..]].concat());
    }

    #[test]
    fn a_long_name_has_a_short_one_beside_it() {
        assert_eq!(short(b"web.example.com"), b" web");
        assert_eq!(short(b"web"), b"");
        assert_eq!(short(b".b"), b" ");
    }
}
