//! Labels for hardware addresses.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use protocol::Facts;

/// A hardware address.
pub(super) type Mac = [u8; 6];

/// Labels of all addresses that were printed.
#[derive(Debug, Default)]
pub(super) struct AddressLabels {
    by_mac: BTreeMap<Mac, String>,
}

impl AddressLabels {
    /// Returns the label of an address: `mac eth0` after its interface, or `mac
    /// 1` if no interface has the address. Returns `None` for an address that
    /// is the same in every run.
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

    /// Returns the first label of a series that is not in use.
    fn free(&self, label: impl Fn(usize) -> String) -> String {
        let taken = |label: &String| self.by_mac.values().any(|l| l == label);
        let mut number = 1;
        while taken(&label(number)) {
            number += 1;
        }
        label(number)
    }
}

/// Whether an address is the same in every run: all zeros, all ones, or derived
/// from the IP address, as Docker does it.
pub(super) fn is_chosen(mac: Mac) -> bool {
    mac == [0; 6] || mac == [0xff; 6] || mac.starts_with(&[0x02, 0x42])
}

/// Parses an address with colons between its bytes.
pub(super) fn parse(text: &str) -> Option<Mac> {
    let mut bytes = text.split(':').map(|b| u8::from_str_radix(b, 16).ok());
    let mut mac = [0; 6];
    for byte in &mut mac {
        *byte = bytes.next()??;
    }
    Some(mac)
}

/// Returns the hardware address from which a link-local address was made (RFC
/// 4291, appendix A), if it was made that way.
pub(super) fn of_link_local(address: Ipv6Addr) -> Option<Mac> {
    match address.octets() {
        [0xfe, 0x80, 0, 0, 0, 0, 0, 0, a, b, c, 0xff, 0xfe, d, e, f] => {
            Some([a ^ 2, b, c, d, e, f])
        }
        _ => None,
    }
}

/// Replaces the hardware address inside a link-local address such as
/// `fe80::…/64`.
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
