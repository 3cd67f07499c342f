//! Whether a process lacks a capability that counts.

use tr::tr;

use crate::capability::Capability;
use crate::owner::Owner;
use crate::rule::Finding;
use crate::state::State;
use protocol::Kind;

/// Finds whether the process lacks a capability in its own user namespace.
pub(super) fn lacks(state: &State, capability: Capability) -> Finding {
    let name = capability.name();
    let user = state.namespace(Kind::User);
    match state.has(capability) {
        None => Finding::Open(tr!("look for {name} in CapEff", name = name)),
        Some(true) => Finding::Unmet(tr!(
            "the process has {name} in {user}",
            name = name,
            user = user
        )),
        Some(false) => Finding::Met(tr!(
            "{who} lacks {name} in {user}",
            who = who(state),
            name = name,
            user = user
        )),
    }
}

/// Finds whether the process lacks a capability in the user namespace that owns
/// its namespace of a type.
pub(super) fn lacks_for(
    state: &State,
    capability: Capability,
    kind: Kind,
) -> Finding {
    let owner = state.member_of(kind).map(|it| it.owner);
    match (owner, state.has(capability)) {
        (Some(Owner::Elsewhere), Some(true)) => Finding::Met(tr!(
            "its {name} is of {user}, which does not own {namespace}",
            name = capability.name(),
            user = state.namespace(Kind::User),
            namespace = state.namespace(kind)
        )),
        (Some(Owner::Unknown), Some(true)) => Finding::open(),
        _ => lacks(state, capability),
    }
}

/// Returns words for the process: its PID and its user.
pub(super) fn who(state: &State) -> String {
    let name = state.name();
    match (name, state.uid) {
        (Some(name), Some(uid)) => {
            tr!("process {name}, user {uid},", name = name, uid = uid)
        }
        (Some(name), None) => tr!("process {name}", name = name),
        (None, Some(uid)) => {
            tr!("the program, run by user {uid},", uid = uid)
        }
        (None, None) => tr!("the program"),
    }
}
