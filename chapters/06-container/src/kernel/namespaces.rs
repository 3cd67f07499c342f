//! namespaces - for each type a new one, the machine's, or another container's
//!
//! See: namespaces(7), clone(2), setns(2)

use std::os::fd::OwnedFd;

use nix::sched::{CloneFlags, setns};
use serde::{Deserialize, Serialize};

use crate::error::{Named, Result};

/// The namespace of one type that a container becomes a member of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Mode<Donor> {
    /// A new one.
    #[default]
    New,
    /// The machine's: the container stays in it.
    Host,
    /// The donor's: the container joins it.
    Of(Donor),
}

impl<Donor> Mode<Donor> {
    /// Whether the namespace is a new one.
    pub fn is_new(&self) -> bool {
        matches!(self, Self::New)
    }

    /// The donor, if the container joins another's namespace.
    pub fn donor(&self) -> Option<&Donor> {
        match self {
            Self::Of(donor) => Some(donor),
            _ => None,
        }
    }

    /// Replaces the donor by the result of `find`.
    pub fn find<T>(
        &self,
        find: impl FnOnce(&Donor) -> Result<T>,
    ) -> Result<Mode<T>> {
        Ok(match self {
            Self::New => Mode::New,
            Self::Host => Mode::Host,
            Self::Of(donor) => Mode::Of(find(donor)?),
        })
    }
}

/// The modes of the types that a user may choose, with handles of the donors'
/// processes. A container has a mnt namespace of its own in any case: see
/// [`crate::kernel::root`].
pub struct Namespaces {
    /// Network cards, addresses, ports.
    pub net: Mode<OwnedFd>,
    /// Shared memory, message queues.
    pub ipc: Mode<OwnedFd>,
    /// Processes.
    pub pid: Mode<OwnedFd>,
    /// The hostname.
    pub uts: Mode<OwnedFd>,
}

impl Namespaces {
    fn all(&self) -> [(CloneFlags, &Mode<OwnedFd>); 4] {
        [
            (CloneFlags::CLONE_NEWNET, &self.net),
            (CloneFlags::CLONE_NEWIPC, &self.ipc),
            (CloneFlags::CLONE_NEWPID, &self.pid),
            (CloneFlags::CLONE_NEWUTS, &self.uts),
        ]
    }

    /// The types of which the container gets new namespaces.
    pub fn new_ones(&self) -> CloneFlags {
        let all = self.all().into_iter();
        all.filter(|(_, mode)| mode.is_new())
            .map(|(flag, _)| flag)
            .collect()
    }

    /// Joins the donors' namespaces. Nobody joins a PID namespace: the child has
    /// been born in its donor's.
    pub fn join(&self) -> Result<()> {
        for (flag, mode) in self.all() {
            match mode {
                Mode::Of(donor) if flag != CloneFlags::CLONE_NEWPID => {
                    setns(donor, flag).named("setns", format!("{flag:?}"))?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
