//! Calls of Linux 6.19 and later: listns(2), and open_by_handle_at(2) and
//! open_tree(2) for namespaces.

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

const HANDLE: &[Call] = &[Call::OpenByHandle];
const TREE: &[Call] = &[Call::OpenTree];

pub(super) const RULES: &[Rule] = &[
    Rule {
        calls: &[Call::Listns],
        only: before(6, 19),
        errno: Errno::ENOSYS,
        says: || tr!("The kernel lists its namespaces since Linux 6.19."),
        finds: is_older,
        step: step::A_LIST_WITHOUT_PROC,
        page: Page::part("namespaces", 7, "The /proc/pid/ns/ directory"),
    },
    Rule {
        calls: HANDLE,
        only: before(6, 18),
        errno: Errno::EBADF,
        says: || {
            tr!("Namespaces have handles without a process since Linux 6.18.")
        },
        finds: is_older,
        step: step::JOINING_WHAT_NO_PROCESS_IS_IN,
        page: Page::errors("open_by_handle_at", 2),
    },
    Rule {
        calls: HANDLE,
        only: ALWAYS,
        errno: Errno::ESTALE,
        says: || {
            tr!(
                "An identifier opens a namespace that is listed for you: not \
                 an ended one, and not one that a socket alone holds."
            )
        },
        finds: |_| Finding::Open(tr!("is it in the output of listns?")),
        step: step::JOINING_WHAT_NO_PROCESS_IS_IN,
        page: Page::errors("open_by_handle_at", 2),
    },
    Rule {
        calls: TREE,
        only: before(7, 0),
        errno: Errno::EINVAL,
        says: || tr!("open_tree makes a mount namespace since Linux 7.0."),
        finds: is_older,
        step: step::ANOTHER_ROOT_IN_TWO_CALLS,
        page: Page::errors("open_tree", 2),
    },
    Rule {
        calls: TREE,
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!(
                "open_tree with OPEN_TREE_NAMESPACE takes CAP_SYS_ADMIN in the \
                 user namespace that owns the mount namespace."
            )
        },
        finds: |state| lacks_for(state, Capability::SysAdmin, Kind::Mnt),
        step: step::ANOTHER_ROOT_IN_TWO_CALLS,
        page: Page::errors("open_tree", 2),
    },
];

const fn before(major: u32, minor: u32) -> Only {
    Only {
        before: Some((major, minor)),
        ..ALWAYS
    }
}

/// The rules of an older kernel alone ask this.
fn is_older(state: &State) -> Finding {
    let Some((major, minor)) = state.kernel else {
        return Finding::Open(tr!("which kernel? uname -r"));
    };
    let release = format!("{major}.{minor}");
    Finding::Met(tr!("this is Linux {release}", release))
}
