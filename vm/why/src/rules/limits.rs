//! Limits: numbers of namespaces, of levels, of descriptors.

use nix::errno::Errno;
use tr::tr;

use super::children::full;
use crate::call::Call;
use crate::page::Page;
use crate::rule::{ALWAYS, Finding, Only, Rule};
use crate::state::State;
use crate::step;
use protocol::Kind;

const NEW: &[Call] = &[Call::Unshare, Call::Clone];

/// A limit below which it is no surprise to reach it.
const FEW: u64 = 32;

pub(super) const RULES: &[Rule] = &[
    Rule {
        calls: NEW,
        only: Only {
            since: Some((4, 9)),
            ..ALWAYS
        },
        errno: Errno::ENOSPC,
        says: || {
            tr!(
                "/proc/sys/user/max_TYPE_namespaces limits the namespaces of \
                 each user. No disk is full."
            )
        },
        finds: most_namespaces,
        step: step::THE_PROGRAM_UNSHARE,
        page: Page::part("namespaces", 7, "The /proc/sys/user directory"),
    },
    Rule {
        calls: NEW,
        only: Only {
            kinds: &[Kind::User, Kind::Pid],
            since: Some((4, 9)),
            ..ALWAYS
        },
        errno: Errno::ENOSPC,
        says: || {
            tr!(
                "User namespaces and PID namespaces are at most 32 levels deep."
            )
        },
        finds: |_| Finding::Open(tr!("count the lines of NSpid")),
        step: step::THE_PROGRAM_UNSHARE,
        page: Page::errors("unshare", 2),
    },
    Rule {
        calls: NEW,
        only: Only {
            before: Some((4, 9)),
            ..ALWAYS
        },
        errno: Errno::EUSERS,
        says: || tr!("Until Linux 4.8 a limit on user namespaces gave EUSERS."),
        finds: |_| Finding::Open(tr!("the kernel is older than 4.9")),
        step: step::THE_PROGRAM_UNSHARE,
        page: Page::errors("unshare", 2),
    },
    Rule {
        calls: &[Call::Open, Call::Setns],
        only: ALWAYS,
        errno: Errno::EMFILE,
        says: || {
            tr!(
                "The process has as many descriptors as RLIMIT_NOFILE allows \
                 (ulimit -n). Each open handle is one."
            )
        },
        finds: |state| full(state.descriptors, "RLIMIT_NOFILE"),
        step: step::THE_PROGRAM_SET_NS,
        page: Page::errors("open", 2),
    },
];

fn most_namespaces(state: &State) -> Finding {
    if state.most_namespaces.is_empty() {
        return Finding::Open(tr!("look into /proc/sys/user"));
    }
    let few = |kind: &Kind| state.most(*kind).is_some_and(|most| most < FEW);
    let Some(kind) = Kind::ALL.into_iter().find(few) else {
        let least = state.most_namespaces.iter().map(|(_, most)| most).min();
        return Finding::Open(tr!(
            "each user may have {number} and more of each type: lsns",
            number = least.copied().unwrap_or_default()
        ));
    };
    Finding::Met(tr!(
        "/proc/sys/user/max_{kind}_namespaces is {most}",
        kind = kind.name(),
        most = state.most(kind).unwrap_or_default()
    ))
}
