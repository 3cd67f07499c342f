//! namespaces - which of them are new, and whose are joined
//!
//! See: namespaces(7), clone(2), setns(2)

use std::os::fd::OwnedFd;

use nix::sched::{CloneFlags, setns};

use crate::container::{Container, Status, donor};
use crate::error::{Named, Result, refused};
use crate::process;
use crate::store::Store;

/// What docker calls a type, its flag, and what was asked for. A container
/// has a mnt namespace of its own in any case.
fn modes(container: &Container) -> [(&'static str, CloneFlags, &str); 4] {
    let modes = &container.host_config;
    [
        ("network", CloneFlags::CLONE_NEWNET, &modes.network_mode),
        ("IPC", CloneFlags::CLONE_NEWIPC, &modes.ipc_mode),
        ("PID", CloneFlags::CLONE_NEWPID, &modes.pid_mode),
        ("UTS", CloneFlags::CLONE_NEWUTS, &modes.uts_mode),
    ]
}

/// The types of which the container gets new ones.
pub fn new(container: &Container) -> CloneFlags {
    modes(container)
        .into_iter()
        .filter(|(_, _, mode)| *mode != "host" && donor(mode).is_none())
        .map(|(_, flag, _)| flag)
        .chain([CloneFlags::CLONE_NEWNS])
        .collect()
}

/// Handles of the containers whose namespaces are to be joined.
pub type Donors = Vec<(CloneFlags, OwnedFd)>;

/// Finds them. They must be running: a namespace has no name of its own.
pub fn donors(store: &Store, container: &Container) -> Result<Donors> {
    let mut donors = Vec::new();
    for (name, flag, mode) in modes(container) {
        let Some(reference) = donor(mode) else {
            continue;
        };
        let found = store.find(reference)?;
        if found.id == container.id {
            return Err(refused(format!("cannot join own {name}")));
        }
        let state = &found.state;
        let handle = process::open(state.pid, state.start_time)
            .filter(|_| state.status == Status::Running)
            .ok_or_else(|| {
                refused(format!(
                    "cannot join {name} of a non running container: {}",
                    found.id
                ))
            })?;
        donors.push((flag, handle));
    }
    Ok(donors)
}

/// Joins them. Of the type pid the child has been born in there.
pub fn join(donors: &Donors) -> Result<()> {
    for (flag, handle) in donors {
        if *flag != CloneFlags::CLONE_NEWPID {
            setns(handle, *flag).named("setns", format!("{flag:?}"))?;
        }
    }
    Ok(())
}
