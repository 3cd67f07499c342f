//! plan - what a start has to know of the machine and of other containers
//!
//! The plan is made outside, while the store is locked. The child, which sees
//! nothing of the machine any more, follows it.

use std::path::PathBuf;

use crate::error::{Result, refused};
use crate::files::claim::Claim;
use crate::files::container::Container;
use crate::files::image::Image;
use crate::files::networks::{self, Network};
use crate::files::place::random_id;
use crate::files::store::Store;
use crate::files::{donors, etc};
use crate::kernel::cgroup;
use crate::kernel::devices::{self, Device};
use crate::kernel::namespaces::{Mode, Namespaces};
use crate::kernel::network::{self, NETWORKING};

/// The plan of one start.
pub struct Plan {
    /// Handles of the donors' processes.
    pub namespaces: Namespaces,
    /// The image's files.
    pub rootfs: PathBuf,
    /// Files below /etc, and their text.
    pub etc: etc::Files,
    /// Whether the machine has cgroup v2.
    pub has_cgroup: bool,
    /// The machine's devices, for a container with all privileges.
    pub devices: Vec<Device>,
}

/// A container that is ours to start, and how.
pub type Planned = (Container, Claim, Plan);

/// Makes the plan of a start, and notes that the container starts; then unlocks
/// the store.
pub fn plan(
    store: Store,
    mut container: Container,
    claim: Claim,
) -> Result<Planned> {
    let plan = Plan::make(&store, &mut container)
        .map_err(|error| container.has_not_started(error))?;
    container.is_starting()?;
    drop(store);
    Ok((container, claim, plan))
}

impl Plan {
    /// Makes the plan. Notes an address, which is the container's from now on,
    /// and the donor's hostname.
    fn make(store: &Store, container: &mut Container) -> Result<Self> {
        networks::check_second(&container.asked.networks)?;
        find_network_donor(store, container)?;
        let namespaces = donors::find(store, container)?;
        connect(store, container)?;
        let image = Image::of(&container.asked.image(), &container.image)?;
        let devices = if container.asked.privileged {
            devices::of_the_machine()
        } else {
            vec![]
        };
        Ok(Self {
            namespaces,
            rootfs: image.rootfs(),
            etc: etc::of(store, container),
            has_cgroup: cgroup::is_v2(),
            devices,
        })
    }
}

/// Replaces the name of the network's donor by its ID.
fn find_network_donor(store: &Store, container: &mut Container) -> Result<()> {
    if let Some(Network::Of(donor)) = container.asked.networks.first_mut() {
        let found = store.find(donor);
        let found = found.map_err(|it| it.within(donors::JOINING_A_NETWORK));
        *donor = found?.id.clone();
    }
    Ok(())
}

/// Gives the container its place in its network, for this start.
fn connect(store: &Store, container: &mut Container) -> Result<()> {
    match container.asked.network() {
        Network::Of(donor) => {
            if container.asked.uts != Mode::Host {
                container.hostname = store.find(donor)?.hostname.clone();
            }
        }
        Network::Bridge | Network::Default => {
            let taken = store.containers.iter().filter_map(|it| it.ip);
            container.ip = Some(network::lease(taken)?);
            container.endpoint = random_id()?;
        }
        Network::Host | Network::None => {}
        Network::Named(name) => {
            let what = format!("network {name} not found");
            return Err(refused(format!("{NETWORKING}: {what}")));
        }
    }
    Ok(())
}
