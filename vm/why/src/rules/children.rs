//! New processes and threads: fork(2), clone(2).

use nix::errno::Errno;
use tr::tr;

use super::new::children_elsewhere;
use crate::call::Call;
use crate::page::Page;
use crate::rule::{ALWAYS, Finding, Only, Rule};
use crate::state::{Children, State, Use};
use crate::step;
use protocol::Kind;

const ALL: &[Call] = &[Call::Fork, Call::Clone];

pub(super) const RULES: &[Rule] = &[
    Rule {
        calls: ALL,
        only: Only {
            kinds: &[Kind::Pid],
            ..ALWAYS
        },
        errno: Errno::ENOMEM,
        says: || {
            tr!(
                "A PID namespace ends with its PID 1: nobody can be born there \
                 any more. More memory does not help."
            )
        },
        finds: nobody_lives_there,
        step: step::CHILDREN_MOVE,
        page: Page::part("pid_namespaces", 7, "The namespace init process"),
    },
    Rule {
        calls: ALL,
        only: ALWAYS,
        errno: Errno::EAGAIN,
        says: || {
            tr!("The cgroup has as many processes as its pids.max allows.")
        },
        finds: |state| full(state.cgroup_processes, "pids.max"),
        step: step::LESS_THAN_ROOT,
        page: Page::errors("fork", 2),
    },
    Rule {
        calls: ALL,
        only: ALWAYS,
        errno: Errno::EAGAIN,
        says: || {
            tr!("The user has as many processes as RLIMIT_NPROC allows \
                 (ulimit -u); root is not counted.")
        },
        finds: most_processes,
        step: step::LESS_THAN_ROOT,
        page: Page::errors("fork", 2),
    },
    Rule {
        calls: ALL,
        only: Only {
            kinds: &[Kind::Pid],
            ..ALWAYS
        },
        errno: Errno::EINVAL,
        says: || {
            tr!("A thread is in the PID namespace of its process. After \
                 unshare(CLONE_NEWPID) or setns there are no new threads.")
        },
        finds: children_elsewhere,
        step: step::ONLY_CHILDREN,
        page: Page::errors("clone", 2),
    },
    Rule {
        calls: ALL,
        only: Only {
            kinds: &[Kind::Time],
            before: Some((6, 2)),
            ..ALWAYS
        },
        errno: Errno::EINVAL,
        says: || {
            tr!(
                "Who shares memory shares clocks: after unshare(CLONE_NEWTIME) \
                 there are no threads and no vfork(2). fork(2) works."
            )
        },
        finds: time_differs,
        step: step::LESS_THAN_THE_NAME_SAYS,
        page: Page::part("time_namespaces", 7, "DESCRIPTION"),
    },
];

fn time_differs(state: &State) -> Finding {
    match state.children_time_differs {
        Some(true) => Finding::Met(tr!(
            "its children have another time namespace than it has"
        )),
        Some(false) => {
            Finding::Unmet(tr!("its children have its time namespace"))
        }
        None => Finding::Open(tr!("look at /proc/PID/ns/time_for_children")),
    }
}

fn nobody_lives_there(state: &State) -> Finding {
    match state.children {
        Some(Children::Nobody(inode)) => Finding::Met(tr!(
            "its children are born in pid:[{inode}], where no process is left",
            inode = inode
        )),
        Some(Children::Here) => {
            Finding::Unmet(tr!("its children are in its own PID namespace"))
        }
        Some(Children::NotBorn) => {
            Finding::Unmet(tr!("the first child is still to be born"))
        }
        Some(Children::There(_)) => {
            Finding::Unmet(tr!("processes live in the children's namespace"))
        }
        None => Finding::Open(tr!("look at /proc/PID/ns/pid_for_children")),
    }
}

fn most_processes(state: &State) -> Finding {
    match state.most_processes {
        Some(limit) if state.uid != Some(0) => Finding::Open(tr!(
            "the limit is {limit}: ps -U USER | wc -l",
            limit = limit
        )),
        Some(_) => Finding::Unmet(tr!("the process is root's")),
        None => Finding::Open(tr!("look at ulimit -u")),
    }
}

/// Finds whether a limit is reached.
pub(super) fn full(number: Option<Use>, name: &str) -> Finding {
    match number {
        None => Finding::open(),
        Some(Use { used, limit }) if used >= limit => Finding::Met(tr!(
            "{used} of {limit} are in use ({name})",
            used = used,
            limit = limit,
            name = name
        )),
        Some(Use { used, limit }) => Finding::Unmet(tr!(
            "{used} of {limit} are in use",
            used = used,
            limit = limit
        )),
    }
}
