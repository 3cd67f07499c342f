//! namespaces - which of them are new, and whose are joined
//!
//! See: namespaces(7), clone(2), setns(2)

use std::os::fd::OwnedFd;

use nix::sched::{CloneFlags, setns};

use crate::error::{Error, Named, Result, refused};
use crate::files::container::{Container, Status, donor};
use crate::files::store::Store;

/// What docker calls a type, its flag, and what was asked for. A container
/// has a mnt namespace of its own in any case.
fn modes(container: &Container) -> [(&'static str, CloneFlags, &str); 4] {
    let asked = &container.asked;
    let mode = |mode| Option::as_deref(mode).unwrap_or_default();
    [
        ("network", CloneFlags::CLONE_NEWNET, asked.network()),
        ("IPC", CloneFlags::CLONE_NEWIPC, mode(&asked.ipc)),
        ("PID", CloneFlags::CLONE_NEWPID, mode(&asked.pid)),
        ("UTS", CloneFlags::CLONE_NEWUTS, mode(&asked.uts)),
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

/// Docker has words of their own for each type.
fn not_running(kind: &str, donor: &Container) -> Error {
    let Container { id, name, .. } = donor;
    if kind != "network" {
        return refused(format!("container {id} is not running"));
    }
    let status = match donor.started {
        Some(_) => "exited",
        None => "created",
    };
    let what = "cannot join network namespace of a non running container";
    refused(format!("{what}: container {name} is {status}"))
}

/// What docker was about to do. That of the network it says only where there
/// is no such container.
pub fn joining(kind: &str) -> String {
    match kind {
        "network" => "joining network namespace of container".into(),
        _ => format!("failed to join {kind} namespace"),
    }
}

/// A container must offer an IPC namespace of its own before others may join.
fn check_ipc(donor: &Container) -> Result<()> {
    match donor.asked.ipc.as_deref() {
        None | Some("" | "private") => Err(refused(format!(
            "container {}: non-shareable IPC (hint: use IpcMode:shareable for \
             the donor container)",
            donor.id
        ))),
        _ => Ok(()),
    }
}

/// Handles of the containers whose namespaces are to be joined.
pub struct Donors(Vec<(CloneFlags, OwnedFd)>);

impl Donors {
    /// Finds them. They must be running: a namespace has no name of its own.
    pub fn find(store: &Store, container: &Container) -> Result<Self> {
        let mut donors = Vec::new();
        for (kind, flag, mode) in modes(container) {
            let Some(reference) = donor(mode) else {
                continue;
            };
            let within = |error: Error| error.within(&joining(kind));
            let found = store.find(reference).map_err(within)?;
            if found.id == container.id {
                let what = format!("cannot join own {kind} namespace");
                return Err(refused(what));
            }
            let running = found.status == Status::Running;
            let handle = match found.process().filter(|_| running) {
                Some(handle) => Ok(handle),
                None if kind == "network" => Err(not_running(kind, found)),
                None => Err(within(not_running(kind, found))),
            }?;
            if flag == CloneFlags::CLONE_NEWIPC {
                check_ipc(found).map_err(within)?;
            }
            donors.push((flag, handle));
        }
        Ok(Self(donors))
    }

    /// The one whose namespace of this type is joined.
    pub fn of(&self, kind: CloneFlags) -> Option<&OwnedFd> {
        Some(&self.0.iter().find(|(flag, _)| *flag == kind)?.1)
    }

    /// Joins them. Of the type pid the child has been born in there.
    pub fn join(&self) -> Result<()> {
        for (flag, handle) in &self.0 {
            if *flag != CloneFlags::CLONE_NEWPID {
                setns(handle, *flag).named("setns", format!("{flag:?}"))?;
            }
        }
        Ok(())
    }
}
