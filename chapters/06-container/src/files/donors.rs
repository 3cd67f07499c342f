//! donors - the containers whose namespaces another one is to join
//!
//! A donor must be running: a namespace has no name of its own.
//!
//! See: `docker run --net container:NAME`

use std::os::fd::OwnedFd;

use crate::error::{Error, Result, refused};
use crate::files::container::{Container, Status};
use crate::files::store::Store;
use crate::kernel::namespaces::{Mode, Namespaces};

/// A type of namespaces, by docker's word for it.
#[derive(Clone, Copy, PartialEq)]
enum Type {
    Network,
    Ipc,
    Pid,
    Uts,
}

/// Finds the processes whose namespaces the container is to join.
pub fn find(store: &Store, container: &Container) -> Result<Namespaces> {
    let asked = &container.asked;
    let find = |of: Type, mode: &Mode<String>| {
        mode.find(|donor| handle(store, container, of, donor))
    };
    Ok(Namespaces {
        net: find(Type::Network, &asked.network().mode())?,
        ipc: find(Type::Ipc, &asked.ipc)?,
        pid: find(Type::Pid, &asked.pid)?,
        uts: find(Type::Uts, &asked.uts)?,
    })
}

/// A handle of the donor's process.
fn handle(
    store: &Store,
    container: &Container,
    of: Type,
    donor: &str,
) -> Result<OwnedFd> {
    let within = |error: Error| error.within(&of.joining());
    let found = store.find(donor).map_err(within)?;
    if found.id == container.id {
        let what = format!("cannot join own {} namespace", of.word());
        return Err(refused(what));
    }
    let running = found.status == Status::Running;
    let handle = match found.process().filter(|_| running) {
        Some(handle) => handle,
        None if of == Type::Network => return Err(no_network_of(found)),
        None => return Err(within(not_running(found))),
    };
    if of == Type::Ipc {
        check_ipc(found).map_err(within)?;
    }
    Ok(handle)
}

impl Type {
    fn word(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Ipc => "IPC",
            Self::Pid => "PID",
            Self::Uts => "UTS",
        }
    }

    /// Docker's words for the step that is refused.
    fn joining(self) -> String {
        match self {
            Self::Network => JOINING_A_NETWORK.into(),
            _ => format!("failed to join {} namespace", self.word()),
        }
    }
}

/// Docker's words for the network, if there is no such donor.
pub const JOINING_A_NETWORK: &str = "joining network namespace of container";

fn not_running(donor: &Container) -> Error {
    refused(format!("container {} is not running", donor.id))
}

fn no_network_of(donor: &Container) -> Error {
    let name = &donor.name;
    let status = match donor.started {
        Some(_) => "exited",
        None => "created",
    };
    let what = "cannot join network namespace of a non running container";
    refused(format!("{what}: container {name} is {status}"))
}

/// Refuses a donor that keeps its IPC namespace to itself.
fn check_ipc(donor: &Container) -> Result<()> {
    if donor.asked.ipc.is_new() && !donor.asked.shareable {
        return Err(refused(format!(
            "container {}: non-shareable IPC (hint: use IpcMode:shareable for \
             the donor container)",
            donor.id
        )));
    }
    Ok(())
}
