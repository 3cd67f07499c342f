//! New namespaces: unshare(2), and clone(2) with flags.

use std::path::Path;

use nix::errno::Errno;
use tr::tr;

use super::privilege::lacks;
use crate::call::Call;
use crate::capability::Capability;
use crate::kind::PRIVILEGED;
use crate::page::Page;
use crate::rule::{ALWAYS, Finding, Only, Rule};
use crate::state::{Children, State};
use crate::step;
use protocol::Kind;

const BOTH: &[Call] = &[Call::Unshare, Call::Clone];

pub(super) const RULES: &[Rule] = &[
    Rule {
        calls: BOTH,
        only: Only {
            kinds: PRIVILEGED,
            ..ALWAYS
        },
        errno: Errno::EPERM,
        says: || {
            tr!("A new namespace of any type but user takes CAP_SYS_ADMIN. \
                 Together with CLONE_NEWUSER it takes none.")
        },
        finds: |state| lacks(state, Capability::SysAdmin),
        step: step::ROOT_IN_THERE,
        page: Page::errors("unshare", 2),
    },
    Rule {
        calls: BOTH,
        only: Only {
            kinds: &[Kind::User],
            ..ALWAYS
        },
        errno: Errno::EPERM,
        says: || {
            tr!(
                "Who asks for a user namespace has a user ID and a group ID \
                 that the present one maps."
            )
        },
        finds: unmapped,
        step: step::WHO_WRITES_THE_MAP,
        page: Page::errors("unshare", 2),
    },
    Rule {
        calls: BOTH,
        only: Only {
            kinds: &[Kind::User],
            ..ALWAYS
        },
        errno: Errno::EPERM,
        says: || {
            tr!("In a chroot there is no new user namespace: / must be the \
                 root of the mount namespace.")
        },
        finds: in_a_chroot,
        step: step::WHERE_IT_IS_FORBIDDEN,
        page: Page::errors("unshare", 2),
    },
    Rule {
        calls: BOTH,
        only: Only {
            kinds: &[Kind::User],
            ..ALWAYS
        },
        errno: Errno::EPERM,
        says: || {
            tr!(
                "Some distributions let root alone make user namespaces, by a \
                 setting of their kernels or by AppArmor."
            )
        },
        finds: forbidden,
        step: step::WHERE_IT_IS_FORBIDDEN,
        page: Page::part("user_namespaces", 7, "NOTES"),
    },
    Rule {
        calls: &[Call::Unshare],
        only: Only {
            kinds: &[Kind::User],
            ..ALWAYS
        },
        errno: Errno::EINVAL,
        says: || {
            tr!("unshare(CLONE_NEWUSER) takes a process of one thread: all \
                 threads have the same capabilities.")
        },
        finds: threads,
        step: step::A_MEMBER_IS_A_THREAD,
        page: Page::errors("unshare", 2),
    },
    Rule {
        calls: BOTH,
        only: Only {
            kinds: &[Kind::Pid],
            ..ALWAYS
        },
        errno: Errno::EINVAL,
        says: || {
            tr!(
                "CLONE_NEWPID is for a process whose children are in its own \
                 PID namespace: after one unshare(CLONE_NEWPID), fork first."
            )
        },
        finds: children_elsewhere,
        step: step::CHILDREN_MOVE,
        page: Page::errors("unshare", 2),
    },
    Rule {
        calls: BOTH,
        only: ALWAYS,
        errno: Errno::EINVAL,
        says: || {
            tr!("The kernel was built without this type, or a bit is no flag.")
        },
        finds: missing_type,
        step: step::LESS_THAN_THE_NAME_SAYS,
        page: Page::errors("unshare", 2),
    },
    Rule {
        calls: &[Call::Clone],
        only: Only {
            kinds: &[Kind::User, Kind::Mnt, Kind::Ipc, Kind::Pid],
            ..ALWAYS
        },
        errno: Errno::EINVAL,
        says: || {
            tr!("Flags exclude each other: CLONE_FS with CLONE_NEWNS or \
                 CLONE_NEWUSER; CLONE_THREAD or CLONE_PARENT with \
                 CLONE_NEWPID or CLONE_NEWUSER.")
        },
        finds: |_| Finding::Open(tr!("look at the flags of the call")),
        step: step::ROOT_IN_THERE,
        page: Page::errors("clone", 2),
    },
];

fn unmapped(state: &State) -> Finding {
    let ids = [
        (state.uid, &state.uid_map, "uid_map"),
        (state.gid, &state.gid_map, "gid_map"),
    ];
    for (id, map, file) in ids {
        let (Some(id), Some(map)) = (id, map) else {
            return Finding::Open(tr!("look at uid_map and gid_map"));
        };
        if map.0.is_empty() {
            return Finding::Met(tr!(
                "{user} has no {file} yet: nobody has an ID in it",
                user = state.namespace(Kind::User),
                file = file
            ));
        }
        if !map.has(id) {
            return Finding::Met(tr!(
                "{file} has no line for {id}",
                file = file,
                id = id
            ));
        }
    }
    Finding::Unmet(tr!("its user ID and its group ID are mapped"))
}

/// Finds whether the root directory is no mount. A chroot to a mount looks
/// nearly like the root of the mount namespace.
fn in_a_chroot(state: &State) -> Finding {
    if state.mounts.is_none() {
        return Finding::Open(tr!("look for / in /proc/PID/mountinfo"));
    }
    match state.mount_at(Path::new("/")) {
        Some(mount) if mount.root == Path::new("/") => {
            Finding::Unmet(tr!("/ is the whole of a mounted file system"))
        }
        Some(mount) => Finding::Open(tr!(
            "/ is {folder} of a mounted file system: by chroot(2)?",
            folder = mount.root.display()
        )),
        None => {
            Finding::Met(tr!("its / is no mount: mountinfo has no line for it"))
        }
    }
}

fn forbidden(state: &State) -> Finding {
    let Some(file) = state.forbids_user_namespaces else {
        return Finding::Unmet(tr!("no setting forbids it"));
    };
    match lacks(state, Capability::SysAdmin) {
        Finding::Met(_) => Finding::Met(tr!(
            "{file} forbids it without CAP_SYS_ADMIN",
            file = file
        )),
        _ => Finding::Unmet(tr!("the process has CAP_SYS_ADMIN")),
    }
}

/// Finds whether the process has several threads.
pub(super) fn threads(state: &State) -> Finding {
    match state.threads {
        None => Finding::Open(tr!("look at Threads in /proc/PID/status")),
        Some(1) => Finding::Unmet(tr!("the process has one thread")),
        Some(number) => Finding::Met(tr!("the process has one thread"
            | "the process has {n} threads" % number)),
    }
}

/// Finds whether the children are born in another PID namespace.
pub(super) fn children_elsewhere(state: &State) -> Finding {
    match state.children {
        None => Finding::Open(tr!("look at /proc/PID/ns/pid_for_children")),
        Some(Children::Here) => {
            Finding::Unmet(tr!("its children are in its own PID namespace"))
        }
        Some(Children::NotBorn) => {
            Finding::Met(tr!("its children will be in a new PID namespace"))
        }
        Some(Children::There(inode) | Children::Nobody(inode)) => {
            Finding::Met(tr!(
                "its children are born in pid:[{inode}], and it is in {own}",
                inode = inode,
                own = state.namespace(Kind::Pid)
            ))
        }
    }
}

fn missing_type(state: &State) -> Finding {
    if state.memberships.is_empty() {
        return Finding::Open(tr!("look into /proc/PID/ns"));
    }
    let missing = Kind::ALL
        .into_iter()
        .find(|it| state.member_of(*it).is_none());
    match missing {
        Some(kind) => {
            Finding::Met(tr!("/proc/PID/ns has no {kind}", kind = kind.name()))
        }
        None => Finding::Unmet(tr!("the kernel has all eight types")),
    }
}
