//! Joining a namespace: setns(2).

use nix::errno::Errno;
use tr::tr;

use super::new::threads;
use super::privilege::lacks;
use crate::call::Call;
use crate::capability::Capability;
use crate::kind::PRIVILEGED;
use crate::object::{Object, Target};
use crate::owner::Owner;
use crate::page::Page;
use crate::rule::{ALWAYS, Finding, Only, Rule};
use crate::state::State;
use crate::step;
use protocol::Kind;

const SETNS: &[Call] = &[Call::Setns];

pub(super) const RULES: &[Rule] = &[
    Rule {
        calls: SETNS,
        only: ALWAYS,
        errno: Errno::EINVAL,
        says: || {
            tr!(
                "Any file can be opened, only a handle can be joined: a file \
                 in /proc/PID/ns, or a bind mount of one."
            )
        },
        finds: no_handle,
        step: step::WHAT_IT_REFUSES,
        page: Page::errors("setns", 2),
    },
    Rule {
        calls: SETNS,
        only: Only {
            kinds: &[Kind::User],
            ..ALWAYS
        },
        errno: Errno::EINVAL,
        says: || {
            tr!(
                "Nobody joins the user namespace that they are in: they would \
                 get back what they have given up."
            )
        },
        finds: member_already,
        step: step::WHAT_IT_REFUSES,
        page: Page::errors("setns", 2),
    },
    Rule {
        calls: SETNS,
        only: Only {
            kinds: &[Kind::User],
            ..ALWAYS
        },
        errno: Errno::EINVAL,
        says: || {
            tr!(
                "A process of one thread joins a user namespace: all threads \
                 have the same capabilities."
            )
        },
        finds: threads,
        step: step::A_MEMBER_IS_A_THREAD,
        page: Page::errors("setns", 2),
    },
    Rule {
        calls: SETNS,
        only: Only {
            kinds: &[Kind::Mnt],
            ..ALWAYS
        },
        errno: Errno::EINVAL,
        says: || {
            tr!("Threads share a root directory (CLONE_FS). Who shares one \
                 joins no mount namespace.")
        },
        finds: threads,
        step: step::A_MEMBER_IS_A_THREAD,
        page: Page::part("setns", 2, "DESCRIPTION"),
    },
    Rule {
        calls: SETNS,
        only: Only {
            kinds: &[Kind::Time],
            since: Some((5, 6)),
            ..ALWAYS
        },
        errno: Errno::EUSERS,
        says: || {
            tr!(
                "A process of one thread joins a time namespace: threads share \
                 their clocks."
            )
        },
        finds: threads,
        step: step::A_MEMBER_IS_A_THREAD,
        page: Page::part("setns", 2, "DESCRIPTION"),
    },
    Rule {
        calls: SETNS,
        only: Only {
            kinds: &[Kind::Pid],
            ..ALWAYS
        },
        errno: Errno::EINVAL,
        says: || {
            tr!("A PID namespace can be joined from itself and from those \
                 above it: no way leads up.")
        },
        finds: no_descendant,
        step: step::ONLY_CHILDREN,
        page: Page::errors("setns", 2),
    },
    Rule {
        calls: SETNS,
        only: ALWAYS,
        errno: Errno::EINVAL,
        says: || {
            tr!("The handle is of another type than the flag of the call says.")
        },
        finds: |_| Finding::Open(tr!("look at the flag: 0 is any type")),
        step: step::HAND_ONE,
        page: Page::errors("setns", 2),
    },
    Rule {
        calls: SETNS,
        only: Only {
            kinds: PRIVILEGED,
            ..ALWAYS
        },
        errno: Errno::EPERM,
        says: || {
            tr!(
                "To join takes CAP_SYS_ADMIN twice: in your user namespace, \
                 and in the one that owns the target."
            )
        },
        finds: no_admin,
        step: step::WHAT_IT_REFUSES,
        page: Page::part("setns", 2, "DESCRIPTION"),
    },
    Rule {
        calls: SETNS,
        only: Only {
            kinds: &[Kind::User],
            ..ALWAYS
        },
        errno: Errno::EPERM,
        says: || {
            tr!("To join a user namespace takes CAP_SYS_ADMIN in it: only \
                 those above it, and its maker, have that.")
        },
        finds: no_admin,
        step: step::WHAT_IT_REFUSES,
        page: Page::part("setns", 2, "DESCRIPTION"),
    },
    Rule {
        calls: SETNS,
        only: Only {
            kinds: &[Kind::Mnt],
            ..ALWAYS
        },
        errno: Errno::EPERM,
        says: || {
            tr!("A mount namespace takes CAP_SYS_CHROOT, too: joining it \
                 changes the root directory.")
        },
        finds: |state| lacks(state, Capability::SysChroot),
        step: step::WHAT_IT_REFUSES,
        page: Page::part("setns", 2, "DESCRIPTION"),
    },
    Rule {
        calls: SETNS,
        only: ALWAYS,
        errno: Errno::EBADF,
        says: || tr!("The number is no open descriptor of the process."),
        finds: |_| Finding::Open(tr!("ls -l /proc/PID/fd")),
        step: step::HAND_ONE,
        page: Page::errors("setns", 2),
    },
    Rule {
        calls: SETNS,
        only: Only {
            since: Some((5, 8)),
            ..ALWAYS
        },
        errno: Errno::ESRCH,
        says: || {
            tr!("The descriptor is of a process (pidfd), which has ended.")
        },
        finds: |_| Finding::open(),
        step: step::THE_CONTAINER_ENDS,
        page: Page::errors("setns", 2),
    },
];

/// Returns the namespace that the call was to join.
fn target(state: &State) -> Option<Target> {
    state.object.as_ref().and_then(|object| object.target)
}

fn shown(object: &Object) -> String {
    object.path.display().to_string()
}

fn no_handle(state: &State) -> Finding {
    match &state.object {
        Some(object) if object.error.is_some() => Finding::open(),
        Some(object) => match object.target {
            None => {
                Finding::Met(tr!("{file} is no handle", file = shown(object)))
            }
            Some(target) => Finding::Unmet(tr!(
                "{file} is a handle, of type {kind}",
                file = shown(object),
                kind = target.kind.name()
            )),
        },
        None => Finding::Open(tr!("name the file: why setns EINVAL FILE")),
    }
}

fn member_already(state: &State) -> Finding {
    let own = state.member_of(Kind::User).map(|it| it.inode);
    match target(state) {
        Some(target) if target.kind != Kind::User => {
            Finding::Unmet(tr!("the target is of another type"))
        }
        Some(target) if Some(target.inode) == own => Finding::Met(tr!(
            "the process is in {user} already",
            user = state.namespace(Kind::User)
        )),
        Some(_) => Finding::Unmet(tr!("the target is another one")),
        None => Finding::Open(tr!("compare both: ls -l /proc/PID/ns/user")),
    }
}

fn no_descendant(state: &State) -> Finding {
    match target(state).map(|it| (it.inode, it.descends)) {
        Some((inode, Some(false))) => Finding::Met(tr!(
            "pid:[{inode}] does not descend from {own}",
            inode = inode,
            own = state.namespace(Kind::Pid)
        )),
        Some((_, Some(true))) => {
            Finding::Unmet(tr!("the target descends from its own"))
        }
        Some((_, None)) => Finding::Unmet(tr!("the target is of another type")),
        None => Finding::Open(tr!("compare the lines NSpid of both")),
    }
}

fn no_admin(state: &State) -> Finding {
    match (target(state), state.has(Capability::SysAdmin)) {
        (Some(target), Some(true)) if target.owner == Owner::Elsewhere => {
            Finding::Met(tr!(
                "its CAP_SYS_ADMIN is of {user}, which does not own \
                 {kind}:[{inode}]",
                user = state.namespace(Kind::User),
                kind = target.kind.name(),
                inode = target.inode
            ))
        }
        _ => lacks(state, Capability::SysAdmin),
    }
}
