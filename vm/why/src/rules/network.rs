//! Networks: rtnetlink(7), bind(2) and connect(2).

use nix::errno::Errno;
use tr::tr;

use super::privilege::lacks_for;
use crate::call::Call;
use crate::capability::Capability;
use crate::page::Page;
use crate::rule::{ALWAYS, Finding, Only, Rule};
use crate::state::State;
use crate::step;
use protocol::Kind;

const NET: &[Kind] = &[Kind::Net];

pub(super) const RULES: &[Rule] = &[
    Rule {
        calls: &[Call::Netlink],
        only: Only {
            kinds: NET,
            ..ALWAYS
        },
        errno: Errno::EPERM,
        says: || {
            tr!(
                "To change a network takes CAP_NET_ADMIN in the user namespace \
                 that owns the network namespace."
            )
        },
        finds: |state| lacks_for(state, Capability::NetAdmin, Kind::Net),
        step: step::WHO_OWNS_THEM,
        page: Page::part("network_namespaces", 7, "DESCRIPTION"),
    },
    Rule {
        calls: &[Call::Netlink],
        only: Only {
            kinds: NET,
            ..ALWAYS
        },
        errno: Errno::EEXIST,
        says: || {
            tr!("A network namespace has one interface of a name, and one \
                 route or address of a kind.")
        },
        finds: |state| {
            Finding::Open(tr!(
                "look in {namespace}: ip -br addr",
                namespace = state.namespace(Kind::Net)
            ))
        },
        step: step::ONE_NETWORK_STACK,
        page: Page::errors("netlink", 7),
    },
    Rule {
        calls: &[Call::Connect],
        only: Only {
            kinds: NET,
            ..ALWAYS
        },
        errno: Errno::ENETUNREACH,
        says: || {
            tr!(
                "A new network namespace has an lo that is down, and no route: \
                 not even 127.0.0.1 can be reached."
            )
        },
        finds: |state| {
            Finding::Open(tr!(
                "look in {namespace}: ip -br addr; ip route",
                namespace = state.namespace(Kind::Net)
            ))
        },
        step: step::NOTHING_IN_IT,
        page: Page::errors("connect", 2),
    },
    Rule {
        calls: &[Call::Connect],
        only: Only {
            kinds: NET,
            ..ALWAYS
        },
        errno: Errno::ECONNREFUSED,
        says: || {
            tr!(
                "Nobody listens on the port in this network namespace: each \
                 has a 127.0.0.1 of its own."
            )
        },
        finds: |state| {
            Finding::Open(tr!(
                "who listens in {namespace}? netstat -ltn",
                namespace = state.namespace(Kind::Net)
            ))
        },
        step: step::WHOSE_LOOPBACK,
        page: Page::errors("connect", 2),
    },
    Rule {
        calls: &[Call::Bind],
        only: Only {
            kinds: NET,
            ..ALWAYS
        },
        errno: Errno::EADDRINUSE,
        says: || {
            tr!("One socket of a network namespace has a port: who comes \
                 first, container or not.")
        },
        finds: |state| {
            Finding::Open(tr!(
                "who listens in {namespace}? netstat -ltn",
                namespace = state.namespace(Kind::Net)
            ))
        },
        step: step::ONE_PORT_80,
        page: Page::errors("bind", 2),
    },
    Rule {
        calls: &[Call::Bind],
        only: Only {
            kinds: NET,
            ..ALWAYS
        },
        errno: Errno::EADDRNOTAVAIL,
        says: || tr!("No interface of this network namespace has the address."),
        finds: |state| {
            Finding::Open(tr!(
                "look in {namespace}: ip -br addr",
                namespace = state.namespace(Kind::Net)
            ))
        },
        step: step::ONE_PORT_80,
        page: Page::errors("bind", 2),
    },
    Rule {
        calls: &[Call::Bind],
        only: Only {
            kinds: NET,
            ..ALWAYS
        },
        errno: Errno::EACCES,
        says: || {
            tr!("Ports below 1024 take CAP_NET_BIND_SERVICE in the user \
                 namespace that owns the network namespace.")
        },
        finds: |state: &State| {
            lacks_for(state, Capability::NetBindService, Kind::Net)
        },
        step: step::ONE_PORT_80,
        page: Page::errors("bind", 2),
    },
];
