#!/bin/sh
# The kernel takes any bytes but zero, a slash, a colon and blanks as the name of
# an interface. One name that is no UTF-8 makes netlink-packet-route refuse the
# kernel's whole message about that interface: its index, state and address
# cannot be had either. A program that ends at the first error sees no interface.
#
# Seen: netlink-packet-route 0.34.0, on Linux 6.18 with iproute2 6.1.
#
#     lo: parsed         (and the other names of text)
#     \xff\xfe: refused
#
# Needs cargo, iproute2, and unshare with user namespaces or root. Ends with 0
# if that is so, with 1 if it has changed.

set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'END'
[package]
name = "finding"
version = "0.0.0"
edition = "2024"

[dependencies]
netlink-packet-core = "=0.9.0"
netlink-packet-route = "=0.34.0"
netlink-sys = "=0.9.0"
END
cat >src/main.rs <<'END'
use netlink_packet_core::{NLM_F_DUMP, NLM_F_REQUEST, NetlinkBuffer, NetlinkHeader};
use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::LinkMessage;
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_ROUTE};

fn main() {
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST | NLM_F_DUMP;
    let ask = RouteNetlinkMessage::GetLink(LinkMessage::default());
    let mut ask = NetlinkMessage::new(header, NetlinkPayload::from(ask));
    ask.finalize();
    let mut bytes = vec![0; ask.buffer_len()];
    ask.serialize(&mut bytes);
    let socket = Socket::new(NETLINK_ROUTE).unwrap();
    socket.send_to(&bytes, &SocketAddr::new(0, 0), 0).unwrap();
    loop {
        let (answer, _) = socket.recv_from_full().unwrap();
        let mut rest = &answer[..];
        while !rest.is_empty() {
            let length = NetlinkBuffer::new(rest).length() as usize;
            let (message, after) = rest.split_at(length.min(rest.len()));
            rest = after;
            // NLMSG_DONE is 3.
            if NetlinkBuffer::new(message).message_type() == 3 {
                return;
            }
            let parsed = NetlinkMessage::<RouteNetlinkMessage>::deserialize(message);
            let named = message.windows(2).any(|it| it == b"\xff\xfe");
            println!(
                "{}: {}",
                if named { r"\xff\xfe" } else { "lo" },
                if parsed.is_ok() { "parsed" } else { "refused" },
            );
        }
    }
}
END
cargo build --quiet
# shellcheck disable=SC2016 # the inner shell puts it in
unshare --net --map-root-user sh -c '
    ip link add "$(printf "\377\376")" type bridge
    ./target/debug/finding' | uniq >output
cat output
cat >expected <<'END'
lo: parsed
\xff\xfe: refused
END
cmp output expected
