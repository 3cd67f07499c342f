//! Another root: pivot_root(2).

use std::path::Path;

use nix::errno::Errno;
use tr::tr;

use super::mounts::mounted;
use super::privilege::lacks_for;
use crate::call::Call;
use crate::capability::Capability;
use crate::page::Page;
use crate::rule::{ALWAYS, Finding, Rule};
use crate::state::{Mount, State};
use crate::step;
use protocol::Kind;

const PIVOT: &[Call] = &[Call::PivotRoot];

pub(super) const RULES: &[Rule] = &[
    Rule {
        calls: PIVOT,
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!("pivot_root takes CAP_SYS_ADMIN in the user namespace that \
                 owns the mount namespace.")
        },
        finds: |state| lacks_for(state, Capability::SysAdmin, Kind::Mnt),
        step: step::ANOTHER_ROOT,
        page: Page::errors("pivot_root", 2),
    },
    Rule {
        calls: PIVOT,
        only: ALWAYS,
        errno: Errno::EINVAL,
        says: || {
            tr!("The new root is a mount point. A folder becomes one by a \
                 bind mount onto itself.")
        },
        finds: |state| mounted(state, false),
        step: step::ANOTHER_ROOT,
        page: Page::errors("pivot_root", 2),
    },
    Rule {
        calls: PIVOT,
        only: ALWAYS,
        errno: Errno::EINVAL,
        says: || {
            tr!("The mounts of the old and the new root do not propagate: \
                 after unshare(CLONE_NEWNS) make / private first.")
        },
        finds: shared_root,
        step: step::A_COPY_OF_ALL_MOUNTS,
        page: Page::errors("pivot_root", 2),
    },
    Rule {
        calls: PIVOT,
        only: ALWAYS,
        errno: Errno::EINVAL,
        says: || {
            tr!("The present / is a mount, and not the kernel's own rootfs.")
        },
        finds: no_root_mount,
        step: step::ANOTHER_ROOT,
        page: Page::errors("pivot_root", 2),
    },
    Rule {
        calls: PIVOT,
        only: ALWAYS,
        errno: Errno::EINVAL,
        says: || tr!("The place for the old root is in the new one."),
        finds: |_| Finding::Open(tr!("look at the second path of the call")),
        step: step::ANOTHER_ROOT,
        page: Page::errors("pivot_root", 2),
    },
    Rule {
        calls: PIVOT,
        only: ALWAYS,
        errno: Errno::EBUSY,
        says: || {
            tr!(
                "Neither the new root nor the place for the old one is on the \
                 mount of the present /."
            )
        },
        finds: is_the_root,
        step: step::ANOTHER_ROOT,
        page: Page::errors("pivot_root", 2),
    },
    Rule {
        calls: PIVOT,
        only: ALWAYS,
        errno: Errno::ENOTDIR,
        says: || tr!("Both paths are folders."),
        finds: |state| match &state.object {
            Some(object) if object.error.is_none() && !object.is_folder => {
                Finding::Met(tr!(
                    "{file} is no folder",
                    file = object.path.display()
                ))
            }
            _ => Finding::open(),
        },
        step: step::ANOTHER_ROOT,
        page: Page::errors("pivot_root", 2),
    },
];

fn root(state: &State) -> Option<&Mount> {
    state.mount_at(Path::new("/"))
}

/// Finds whether / propagates, or else the mount that a new root is on.
fn shared_root(state: &State) -> Finding {
    if state.mounts.is_none() {
        return Finding::Open(tr!("look for `shared` in /proc/self/mountinfo"));
    }
    match root(state) {
        Some(mount) if mount.shared => {
            Finding::Met(tr!("/ is shared, says mountinfo"))
        }
        Some(_) => Finding::Unmet(tr!("/ is not shared")),
        None => Finding::open(),
    }
}

fn no_root_mount(state: &State) -> Finding {
    match (&state.mounts, root(state)) {
        (Some(_), Some(mount)) if !mount.has_parent => {
            Finding::Met(tr!("/ is the first mount of all"))
        }
        (Some(_), Some(_)) => Finding::Unmet(tr!("/ is a mount on another")),
        (Some(_), None) => {
            Finding::Met(tr!("its / is no mount: mountinfo has no line for it"))
        }
        (None, _) => Finding::open(),
    }
}

fn is_the_root(state: &State) -> Finding {
    let (Some(object), Some(_)) = (&state.object, &state.mounts) else {
        return Finding::Open(tr!("is it on the mount of /?"));
    };
    let path = object.path.display();
    match state.mount_at(&object.real) {
        Some(_) if object.real != Path::new("/") => {
            Finding::Unmet(tr!("{path} is a mount of its own", path = path))
        }
        _ => Finding::Met(tr!("{path} is on the mount of /", path = path)),
    }
}
