//! Labels of hardware addresses.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use protocol::Facts;

/// A hardware address.
pub(super) type Mac = [u8; 6];

/// The labels of all addresses that were printed.
#[derive(Debug, Default)]
pub(super) struct AddressLabels {
    by_mac: BTreeMap<Mac, String>,
}

impl AddressLabels {
    /// `mac eth0` after its interface, `mac 1` if no interface has it, and
    /// nothing if it is the same in every run.
    pub(super) fn label(
        &mut self,
        mac: Mac,
        before: &Facts,
        after: &Facts,
    ) -> Option<String> {
        if is_chosen(mac) {
            return None;
        }
        if let Some(label) = self.by_mac.get(&mac) {
            return Some(label.clone());
        }
        let interface =
            interface_with(mac, after).or_else(|| interface_with(mac, before));
        let interface = interface.map(|name| name.trim_matches(['<', '>']));
        let label = match interface {
            Some(name) => self.free(|n| match n {
                1 => format!("mac {name}"),
                n => format!("mac {name} {n}"),
            }),
            None => self.free(|n| format!("mac {n}")),
        };
        self.by_mac.insert(mac, label.clone());
        Some(label)
    }

    /// The first label of a series that is not taken.
    fn free(&self, label: impl Fn(usize) -> String) -> String {
        let taken = |label: &String| self.by_mac.values().any(|l| l == label);
        let mut number = 1;
        while taken(&label(number)) {
            number += 1;
        }
        label(number)
    }
}

/// Whether the address is the same in every run: none, all, or chosen by a
/// lesson as Docker does, from the IP address.
pub(super) fn is_chosen(mac: Mac) -> bool {
    mac == [0; 6] || mac == [0xff; 6] || mac.starts_with(&[0x02, 0x42])
}

/// The address with this text, colons between its bytes.
pub(super) fn parse(text: &str) -> Option<Mac> {
    let mut bytes = text.split(':').map(|b| u8::from_str_radix(b, 16).ok());
    let mut mac = [0; 6];
    for byte in &mut mac {
        *byte = bytes.next()??;
    }
    Some(mac)
}

/// The hardware address that a link-local address was made of (RFC 4291,
/// appendix A), if it was.
pub(super) fn of_link_local(address: Ipv6Addr) -> Option<Mac> {
    match address.octets() {
        [0xfe, 0x80, 0, 0, 0, 0, 0, 0, a, b, c, 0xff, 0xfe, d, e, f] => {
            Some([a ^ 2, b, c, d, e, f])
        }
        _ => None,
    }
}

/// A network address, `fe80::…/64`, without the hardware address it may have
/// been made of.
pub fn without_mac(address: &str) -> String {
    let ip = address.split('/').next().unwrap_or_default();
    let mac = ip.parse().ok().and_then(of_link_local);
    match mac.filter(|mac| !is_chosen(*mac)) {
        Some(_) => address.replacen(ip, "fe80::<mac>", 1),
        None => address.into(),
    }
}

fn interface_with(mac: Mac, facts: &Facts) -> Option<&str> {
    let mut all = facts.networks.iter().flat_map(|net| &net.interfaces);
    let interface = all.find(|interface| interface.mac == mac)?;
    Some(&interface.name)
}
