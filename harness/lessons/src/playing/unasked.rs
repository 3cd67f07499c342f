//! IPv6 addresses that nobody has asked for: `::1` of `lo`, and the link-local
//! address of any other interface.
//!
//! QEMU's machine has none of them: its kernel is told so. A stage is on a
//! kernel that others have started, and each new network namespace gets them
//! there. No lesson is about them, and they do not count.

use std::net::Ipv6Addr;
use std::sync::LazyLock;

use protocol::Facts;
use regex::Regex;

/// Lines of ifconfig and of `ip addr`, and words of `ip -br addr`.
static PRINTED: LazyLock<Regex> = LazyLock::new(|| {
    let address = r"(?: ::1/128 | fe80::[[:xdigit:]:]+/64 )";
    let pattern = format!(
        r"(?xm-u)
        ^\ +inet6\ addr:\ {address}\ Scope:(?:Host|Link)\n
        | ^\ +inet6\ {address}\ scope\ [\ -~]*\n\ +valid_lft\ [\ -~]*\n
        | \ {address}(?:\ $)?"
    );
    // The tests of this file compile it.
    Regex::new(&pattern).expect("a valid pattern")
});

/// Leaves the addresses out of facts.
pub fn out_of_facts(facts: &mut Facts) {
    let networks = facts.networks.iter_mut();
    for interface in networks.flat_map(|network| &mut network.interfaces) {
        interface.addresses.retain(|address| !is_unasked(address));
    }
}

/// Leaves the addresses out of what a command has printed.
pub fn out_of_output(printed: &str) -> String {
    PRINTED.replace_all(printed, "").into_owned()
}

fn is_unasked(address: &str) -> bool {
    let ip = address.split('/').next().unwrap_or_default();
    let ip = ip.parse::<Ipv6Addr>();
    ip.is_ok_and(|ip| ip.is_loopback() || ip.is_unicast_link_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_card_has_by_itself_is_not_printed() {
        let ifconfig = "lo        Link encap:Local Loopback\n          \
             inet addr:127.0.0.1  Mask:255.0.0.0\n          \
             inet6 addr: ::1/128 Scope:Host\n          \
             UP LOOPBACK RUNNING  MTU:65536  Metric:1\n";
        let ip = "lo  UNKNOWN  127.0.0.1/8 ::1/128 \n\
             eth0@if4  UP  172.17.0.2/16 fe80::42:acff:fe11:2/64 \n";
        let long = "    inet6 fe80::1/64 scope link \n       \
             valid_lft forever preferred_lft forever\n    link\n";
        assert_eq!(
            out_of_output(ifconfig),
            ifconfig.replace("          inet6 addr: ::1/128 Scope:Host\n", "")
        );
        assert_eq!(
            out_of_output(ip),
            "lo  UNKNOWN  127.0.0.1/8\neth0@if4  UP  172.17.0.2/16\n"
        );
        assert_eq!(out_of_output(long), "    link\n");
    }

    #[test]
    fn an_address_that_somebody_gave_counts() {
        for text in ["2001:db8::1/64", "eth0 fd00::1/64 \n", "::1", "a ::1:2"] {
            assert_eq!(out_of_output(text), text);
        }
        assert!(!is_unasked("127.0.0.1/8") && !is_unasked("fd00::1/64"));
        assert!(is_unasked("::1/128") && is_unasked("fe80::1/64"));
    }
}
