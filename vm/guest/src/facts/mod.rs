//! Facts: the state of the kernel as PID 1 itself sees it, through procfs and
//! netlink, without a program of any chapter.

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

/// The kernel takes a dead network namespace apart, and tells interfaces that
/// their cable is in, a while after the process that caused it went on. Facts
/// wait for that, for so many looks. Seconds would go by also while a busy
/// computer gives the machine no processor.
const LOOKS: usize = 600;

/// Looks at everything, as often as is asked.
#[derive(Default)]
pub struct Observer {
    processes: Processes,
    mounts: Mounts,
    networks: Networks,
}

impl Observer {
    /// Looks at everything, once nothing is under way any more. `stand_back`
    /// is called before each look: what is under way may need the processor.
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
                return Ok(facts);
            }
            // Nothing announces the end of a namespace across namespaces, so
            // there is no event to wait for.
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

/// Only who is inside a network namespace can ask for its cookie.
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
