//! Mounts: mount(2) and umount(2).

use nix::errno::Errno;
use tr::tr;

use super::privilege::lacks_for;
use crate::call::Call;
use crate::capability::Capability;
use crate::owner::Owner;
use crate::page::Page;
use crate::rule::{ALWAYS, Finding, Only, Rule};
use crate::state::{Mount, State};
use crate::step;
use protocol::Kind;

const MOUNT: &[Call] = &[Call::Mount];
const UMOUNT: &[Call] = &[Call::Umount];

/// Part of the page about mounts that other namespaces have locked.
const LOCKED: Page =
    Page::part("mount_namespaces", 7, "Restrictions on mount namespaces");

pub(super) const RULES: &[Rule] = &[
    Rule {
        calls: &[Call::Mount, Call::Umount],
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!(
                "To change mounts takes CAP_SYS_ADMIN in the user namespace \
                 that owns the mount namespace."
            )
        },
        finds: |state| lacks_for(state, Capability::SysAdmin, Kind::Mnt),
        step: step::A_COPY_OF_ALL_MOUNTS,
        page: Page::errors("mount", 2),
    },
    Rule {
        calls: MOUNT,
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!("A new /proc shows the process's PID namespace, and takes \
                 CAP_SYS_ADMIN in the user namespace that owns it.")
        },
        finds: |state| lacks_for(state, Capability::SysAdmin, Kind::Pid),
        step: step::WHOSE_PROCESSES,
        page: Page::part("user_namespaces", 7, "DESCRIPTION"),
    },
    Rule {
        calls: MOUNT,
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!(
                "In a user namespace a new /proc may show no more than the old \
                 one, so nothing may be mounted on the old one."
            )
        },
        finds: covered_proc,
        step: step::THE_PROGRAM_UNSHARE,
        page: LOCKED,
    },
    Rule {
        calls: MOUNT,
        only: ALWAYS,
        errno: Errno::EPERM,
        says: || {
            tr!("Mounts that come from a mount namespace of more privilege \
                 keep their options: ro stays ro.")
        },
        finds: less_privileged,
        step: step::A_COPY_OF_ALL_MOUNTS,
        page: LOCKED,
    },
    Rule {
        calls: MOUNT,
        only: ALWAYS,
        errno: Errno::EBUSY,
        says: || {
            tr!(
                "The same file system is mounted there already. (Each mount of \
                 proc is one of its own, since Linux 5.8.)"
            )
        },
        finds: |state| mounted(state, true),
        step: step::WHOSE_PROCESSES,
        page: Page::errors("mount", 2),
    },
    Rule {
        calls: MOUNT,
        only: ALWAYS,
        errno: Errno::EINVAL,
        says: || {
            tr!(
                "Propagation, move and remount are for a mount: a folder in \
                 a mount is none. Mount it onto itself first."
            )
        },
        finds: |state| mounted(state, false),
        step: step::ANOTHER_ROOT,
        page: Page::errors("mount", 2),
    },
    Rule {
        calls: MOUNT,
        only: ALWAYS,
        errno: Errno::ENODEV,
        says: || tr!("The kernel does not have this type of file system."),
        finds: file_systems,
        step: step::LESS_THAN_ROOT,
        page: Page::errors("mount", 2),
    },
    Rule {
        calls: &[Call::Mount, Call::Umount, Call::PivotRoot],
        only: ALWAYS,
        errno: Errno::ENOENT,
        says: || {
            tr!(
                "There is no such path in this mount namespace, seen from this \
                 root directory."
            )
        },
        finds: absent,
        step: step::ANOTHER_ROOT,
        page: Page::errors("mount", 2),
    },
    Rule {
        calls: MOUNT,
        only: Only {
            since: Some((4, 9)),
            ..ALWAYS
        },
        errno: Errno::ENOSPC,
        says: || {
            tr!("/proc/sys/fs/mount-max limits the mounts of a mount \
                 namespace. No disk is full.")
        },
        finds: |state| match &state.mounts {
            Some(mounts) => Finding::Open(tr!(
                "it has one mount" | "it has {n} mounts" % mounts.len()
            )),
            None => Finding::open(),
        },
        step: step::A_COPY_OF_ALL_MOUNTS,
        page: Page::part("proc_sys_fs", 5, "/proc/sys/fs/mount-max"),
    },
    Rule {
        calls: UMOUNT,
        only: ALWAYS,
        errno: Errno::EBUSY,
        says: || {
            tr!("Somebody is in it, has a file of it open, or something is \
                 mounted on it. umount -l takes it off all the same.")
        },
        finds: mounted_on,
        step: step::ANOTHER_ROOT,
        page: Page::errors("umount", 2),
    },
    Rule {
        calls: UMOUNT,
        only: ALWAYS,
        errno: Errno::EINVAL,
        says: || tr!("The path is no mount point in this mount namespace."),
        finds: |state| mounted(state, false),
        step: step::A_COPY_OF_ALL_MOUNTS,
        page: Page::errors("umount", 2),
    },
    Rule {
        calls: UMOUNT,
        only: ALWAYS,
        errno: Errno::EINVAL,
        says: || {
            tr!(
                "Mounts that come from a mount namespace of more privilege are \
                 locked: one alone cannot be taken off."
            )
        },
        finds: less_privileged,
        step: step::A_COPY_OF_ALL_MOUNTS,
        page: LOCKED,
    },
];

/// Finds whether the mount namespace came from one of more privilege: its user
/// namespace is not the initial one.
fn less_privileged(state: &State) -> Finding {
    let owner = state.member_of(Kind::Mnt).map(|it| it.owner);
    match (owner, state.is_initial_user()) {
        (Some(Owner::Own), Some(false)) => Finding::Met(tr!(
            "{namespace} is of {user}, which is not the initial one",
            namespace = state.namespace(Kind::Mnt),
            user = state.namespace(Kind::User)
        )),
        (None, _) | (_, None) => Finding::open(),
        _ => Finding::Unmet(tr!("it is not a user namespace's own")),
    }
}

fn covered_proc(state: &State) -> Finding {
    let Some(mounts) = &state.mounts else {
        return Finding::open();
    };
    if state.is_initial_user() == Some(true) {
        return Finding::Unmet(tr!("this is the initial user namespace"));
    }
    let covers = |mount: &&Mount| {
        mount.point.starts_with("/proc")
            && mount.point != std::path::Path::new("/proc")
    };
    match mounts.iter().find(covers) {
        Some(mount) => Finding::Met(tr!(
            "{path} is mounted on it",
            path = mount.point.display()
        )),
        None => Finding::Unmet(tr!("nothing is mounted on /proc")),
    }
}

/// Finds whether the object is a mount point, as the rule wants it.
pub(super) fn mounted(state: &State, wanted: bool) -> Finding {
    let (Some(object), Some(_)) = (&state.object, &state.mounts) else {
        return Finding::Open(tr!("look for it in /proc/self/mountinfo"));
    };
    let mount = state.mount_at(&object.real);
    let path = object.path.display();
    let text = match mount {
        Some(mount) => tr!(
            "{path} is a mount, of type {type}",
            path = path,
            type = mount.file_system
        ),
        None => tr!("{path} is no mount", path = path),
    };
    if mount.is_some() == wanted {
        Finding::Met(text)
    } else {
        Finding::Unmet(text)
    }
}

fn mounted_on(state: &State) -> Finding {
    let (Some(object), Some(mounts)) = (&state.object, &state.mounts) else {
        return Finding::Open(tr!("look for it in /proc/self/mountinfo"));
    };
    let is_on = |mount: &&Mount| {
        mount.point.starts_with(&object.real) && mount.point != object.real
    };
    match mounts.iter().find(is_on) {
        Some(mount) => Finding::Met(tr!(
            "{path} is mounted on it",
            path = mount.point.display()
        )),
        None => Finding::Open(tr!("who is in it? ls -l /proc/*/cwd")),
    }
}

fn absent(state: &State) -> Finding {
    match &state.object {
        Some(object) if object.errno() == Some(Errno::ENOENT) => Finding::Met(
            tr!("{file} is not there", file = object.path.display()),
        ),
        Some(object) => {
            Finding::Unmet(tr!("{file} is there", file = object.path.display()))
        }
        None => Finding::open(),
    }
}

fn file_systems(state: &State) -> Finding {
    let name = state.object.as_ref().and_then(|it| it.path.to_str());
    match (&state.file_systems, name) {
        (Some(all), Some(name)) if !name.contains('/') => {
            if all.iter().any(|it| it == name) {
                Finding::Unmet(tr!("/proc/filesystems has {name}", name = name))
            } else {
                Finding::Met(tr!(
                    "/proc/filesystems does not have {name}",
                    name = name
                ))
            }
        }
        _ => Finding::Open(tr!("look into /proc/filesystems")),
    }
}
