//! Maps of a user namespace, and the offsets of a time namespace: files in
//! `/proc/PID` that are written once, by whom may.

use nix::errno::Errno;
use tr::tr;

use super::privilege::{lacks, lacks_for};
use crate::call::Call;
use crate::capability::Capability;
use crate::map::Map;
use crate::owner::Owner;
use crate::page::Page;
use crate::rule::{ALWAYS, Finding, Only, Rule};
use crate::state::State;
use crate::step;
use protocol::Kind;

const MAP: &[Call] = &[Call::Map];

/// Part of the page that has the rules.
const MAPS: Page =
    Page::part("user_namespaces", 7, "Defining user and group ID mappings");

/// Part of the page about setgroups(2).
const SETGROUPS: Page =
    Page::part("user_namespaces", 7, "The /proc/pid/setgroups file");

pub(super) const RULES: &[Rule] = &[
    Rule {
        calls: MAP,
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!("Without privilege outside, gid_map takes `deny` in \
                 /proc/PID/setgroups before: a group can keep members out.")
        },
        finds: not_denied,
        step: step::THE_PROGRAM_UNSHARE,
        page: MAPS,
    },
    Rule {
        calls: MAP,
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!(
                "Without privilege outside, a map has one line of one number, \
                 and outside that is your own."
            )
        },
        finds: |_| Finding::Open(tr!("compare the second number with id -u")),
        step: step::ROOT_IN_THERE,
        page: MAPS,
    },
    Rule {
        calls: MAP,
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || tr!("A map is written once, by root too."),
        finds: written_already,
        step: step::WHO_WRITES_THE_MAP,
        page: MAPS,
    },
    Rule {
        calls: MAP,
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!(
                "Who writes a map has CAP_SETUID in the user namespace. Its \
                 maker had that until exec(3): without a map nobody is root."
            )
        },
        finds: no_setuid,
        step: step::WHO_WRITES_THE_MAP,
        page: MAPS,
    },
    Rule {
        calls: MAP,
        only: ALWAYS,
        errno: Errno::EINVAL,
        says: || {
            tr!(
                "A line has three numbers: inside, outside, how many, at least \
                 1. Ranges do not overlap. All lines go into one write(2)."
            )
        },
        finds: |_| Finding::Open(tr!("look at the text that was written")),
        step: step::WHO_WRITES_THE_MAP,
        page: MAPS,
    },
    Rule {
        calls: &[Call::Setgroups],
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!(
                "setgroups(2) is denied where the file says `deny`, and where \
                 gid_map has no line."
            )
        },
        finds: denied,
        step: step::THE_PROGRAM_UNSHARE,
        page: SETGROUPS,
    },
    Rule {
        calls: &[Call::Setgroups],
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!("The file takes no `deny` once gid_map is written, and no \
                 `allow` after a `deny`.")
        },
        finds: |state| match (&state.gid_map, state.is_initial_user()) {
            (Some(Map(lines)), _) if lines.is_empty() => {
                Finding::Unmet(tr!("gid_map has no line yet"))
            }
            (Some(_), Some(false)) => Finding::Met(tr!("gid_map is written")),
            _ => Finding::open(),
        },
        step: step::THE_PROGRAM_UNSHARE,
        page: SETGROUPS,
    },
    Rule {
        calls: &[Call::Setgroups],
        only: ALWAYS,
        errno: Errno::EACCES,
        says: || {
            tr!(
                "To write the file takes CAP_SYS_ADMIN in the user namespace. \
                 Its maker had that until exec(3)."
            )
        },
        finds: |state| lacks(state, Capability::SysAdmin),
        step: step::WHO_WRITES_THE_MAP,
        page: SETGROUPS,
    },
    Rule {
        calls: &[Call::Offsets],
        only: Only {
            kinds: &[Kind::Time],
            ..ALWAYS
        },
        errno: Errno::EACCES,
        says: || {
            tr!("The clocks of a time namespace are set before its first \
                 process is in it.")
        },
        finds: |_| Finding::Open(tr!("does anybody live in it? lsns -t time")),
        step: step::LESS_THAN_THE_NAME_SAYS,
        page: Page::part("time_namespaces", 7, "/proc/PID/timens_offsets"),
    },
    Rule {
        calls: &[Call::Offsets],
        only: Only {
            kinds: &[Kind::Time],
            ..ALWAYS
        },
        errno: Errno::EPERM,
        says: || {
            tr!(
                "To set the clocks takes CAP_SYS_TIME in the user namespace \
                 that owns the time namespace."
            )
        },
        finds: |state| lacks_for(state, Capability::SysTime, Kind::Time),
        step: step::LESS_THAN_THE_NAME_SAYS,
        page: Page::part("time_namespaces", 7, "/proc/PID/timens_offsets"),
    },
];

fn written_already(state: &State) -> Finding {
    let of_object = state.object.as_ref().filter(|it| it.is_map());
    let map = match of_object {
        Some(object) => object.map.as_ref(),
        None => state.uid_map.as_ref(),
    };
    match map.map(|map| map.0.first()) {
        Some(Some([inside, outside, count])) => Finding::Met(tr!(
            "the map has a line: {inside} {outside} {count}",
            inside = inside,
            outside = outside,
            count = count
        )),
        Some(None) => Finding::Unmet(tr!("the map has no line yet")),
        None => Finding::Open(tr!("read it: cat /proc/PID/uid_map")),
    }
    .for_an_own_map(state, of_object.is_some())
}

impl Finding {
    /// Without an object the map may be another process's.
    fn for_an_own_map(self, state: &State, named: bool) -> Self {
        let initial = state.is_initial_user() == Some(true);
        if !named && initial && self.is_met() {
            return Self::Open(tr!("read it: cat /proc/PID/uid_map"));
        }
        self
    }
}

/// Finds whether setgroups(2) is still allowed in the user namespace, and the
/// process is an ordinary one outside.
fn not_denied(state: &State) -> Finding {
    let Some(path) = &state.path else {
        return Finding::Open(tr!("was it gid_map? read /proc/PID/setgroups"));
    };
    if !path.ends_with("gid_map") {
        return Finding::Unmet(tr!("the file is not gid_map"));
    }
    let denied = state.object.as_ref().and_then(|it| it.setgroups_denied);
    match (denied, state.has(Capability::Setgid)) {
        (Some(true), _) => Finding::Unmet(tr!("setgroups says deny")),
        (Some(false), Some(false)) => {
            Finding::Met(tr!("setgroups says allow: echo deny > setgroups"))
        }
        _ => Finding::Open(tr!("was `deny` written to setgroups before?")),
    }
}

/// Finds whether the process lacks CAP_SETUID in the user namespace of the map.
/// In one below its own, the process that made it has all capabilities.
fn no_setuid(state: &State) -> Finding {
    let target = state.object.as_ref().and_then(|object| object.target);
    match target.map(|target| target.owner) {
        Some(Owner::Below) => Finding::Unmet(tr!(
            "the map is of a user namespace below the process's own"
        )),
        _ => lacks(state, Capability::Setuid),
    }
}

fn denied(state: &State) -> Finding {
    match (state.setgroups_denied, &state.gid_map) {
        (Some(true), _) => Finding::Met(tr!("the file says deny")),
        (_, Some(map)) if map.0.is_empty() => {
            Finding::Met(tr!("gid_map has no line"))
        }
        (Some(false), Some(_)) => lacks(state, Capability::Setgid),
        _ => Finding::open(),
    }
}
