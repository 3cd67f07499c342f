//! Opening a handle: open(2) and readlink(2) of `/proc/PID/ns/TYPE`.

use nix::errno::Errno;
use tr::tr;

use super::privilege::who;
use crate::call::Call;
use crate::capability::Capability;
use crate::page::Page;
use crate::rule::{ALWAYS, Finding, Rule};
use crate::state::{Children, State};
use crate::step;

const OPEN: &[Call] = &[Call::Open];

pub(super) const RULES: &[Rule] = &[
    Rule {
        calls: OPEN,
        only: ALWAYS,
        errno: Errno::EACCES,
        says: || {
            tr!(
                "The handles of a process are for its own user and for root: \
                 to open one takes the right to look into the process."
            )
        },
        finds: others_process,
        step: step::WHO_MAY_LOOK,
        page: Page::part("namespaces", 7, "The /proc/pid/ns/ directory"),
    },
    Rule {
        calls: OPEN,
        only: ALWAYS,
        errno: Errno::ENOENT,
        says: || {
            tr!("A handle goes with its process. A PID of another PID \
                 namespace is not in this /proc either.")
        },
        finds: no_process,
        step: step::THE_CONTAINER_ENDS,
        page: Page::part("namespaces", 7, "The /proc/pid/ns/ directory"),
    },
    Rule {
        calls: OPEN,
        only: ALWAYS,
        errno: Errno::ENOENT,
        says: || {
            tr!(
                "After unshare(CLONE_NEWPID) pid_for_children leads nowhere \
                 until the first child is born."
            )
        },
        finds: |state| match state.children {
            Some(Children::NotBorn) => {
                Finding::Met(tr!("the process has no child in it yet"))
            }
            Some(_) => Finding::Unmet(tr!("its pid_for_children leads there")),
            None => Finding::open(),
        },
        step: step::CHILDREN_MOVE,
        page: Page::part("pid_namespaces", 7, "setns(2) and unshare(2)"),
    },
];

fn others_process(state: &State) -> Finding {
    let error = state.object.as_ref().and_then(|object| object.errno());
    if error == Some(Errno::EACCES) {
        let path = state.object.as_ref().map(|it| it.path.clone());
        let path = path.unwrap_or_default();
        return Finding::Met(tr!(
            "{who} may not open {file}",
            who = who(state),
            file = path.display()
        ));
    }
    match (state.uid, state.has(Capability::SysPtrace)) {
        (Some(0), Some(true)) => {
            Finding::Unmet(tr!("root may look into every process"))
        }
        _ => Finding::Open(tr!("whose process is it? ps -o user PID")),
    }
}

fn no_process(state: &State) -> Finding {
    let Some(object) = &state.object else {
        return Finding::Open(tr!("look into /proc: ls /proc/PID/ns"));
    };
    match object.errno() {
        Some(Errno::ENOENT) => Finding::Met(tr!(
            "{file} is not there",
            file = object.path.display()
        )),
        _ => {
            Finding::Unmet(tr!("{file} is there", file = object.path.display()))
        }
    }
}
