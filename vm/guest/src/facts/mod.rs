//! Reads the state of the kernel: from procfs and netlink, without any program
//! of a chapter.

mod attributes;
mod handle;
mod handles;
mod links;
mod mountinfo;
mod netlink;
mod networks;
mod proc_file;
mod processes;

use std::time::Duration;

use anyhow::Result;
use protocol::{Facts, Kind};

use handles::Mounts;
use networks::Networks;
use processes::Processes;

/// Most looks at a kernel that has not settled.
///
/// The kernel removes a dead network namespace, brings its cards home, and tells
/// interfaces that their cable is in, some time after the process that caused
/// this went on. Facts wait for that. The limit counts looks, because seconds
/// also pass while a busy computer gives the machine no processor.
const LOOKS: usize = 600;

/// Observer of the kernel, which remembers what a later look can use.
#[derive(Default)]
pub struct Observer {
    processes: Processes,
    mounts: Mounts,
    networks: Networks,
}

impl Observer {
    /// Returns an observer that runs on one of several processors, and on no
    /// other.
    pub fn on_processor(processor: usize) -> Self {
        Self {
            processes: Processes::seen_from(processor),
            ..Self::default()
        }
    }

    /// Returns the facts once the kernel has settled. Calls `stand_back` before
    /// each look, because unfinished work may need the processor.
    pub fn observe(
        &mut self,
        mut stand_back: impl FnMut() -> Result<()>,
    ) -> Result<Facts> {
        let mut looks = 0;
        loop {
            stand_back()?;
            let (facts, settled) = self.look()?;
            looks += 1;
            if settled || looks >= LOOKS {
                self.networks.accept(&facts.networks);
                return Ok(facts);
            }
            // The kernel sends no event across namespaces when a namespace
            // ends, so there is nothing to wait for.
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn look(&mut self) -> Result<(Facts, bool)> {
        let seen = self.processes.all()?;
        let handles = handles::all(&seen, self.mounts.of_namespaces()?);
        let (networks, settled) = self.networks.all(&handles)?;
        let mut facts = Facts {
            pinned: handles::pinned(&handles, &seen),
            processes: seen.into_iter().map(|seen| seen.process).collect(),
            networks,
        };
        add_cookies(&mut facts);
        Ok((facts, settled))
    }
}

/// Adds the cookies: only a member of a network namespace can ask for its
/// cookie.
fn add_cookies(facts: &mut Facts) {
    let members = facts.processes.iter_mut().flat_map(|p| &mut p.namespaces);
    for namespace in members.chain(&mut facts.pinned) {
        let number = namespace.inode;
        let network = facts
            .networks
            .iter()
            .map(|n| n.namespace)
            .find(|n| namespace.kind == Kind::Net && n.inode == number);
        if let Some(network) = network {
            namespace.cookie = network.cookie;
        }
    }
}
