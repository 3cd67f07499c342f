//! asked - what a container was asked to be, for all its lives
//!
//! See: HostConfig of `docker inspect`

use serde::{Deserialize, Serialize};

use crate::files::networks::Network;
use crate::kernel::namespaces::Mode;
use crate::kernel::word::Word;

/// The options of `run` that count again at each start. A donor is a name at
/// first, and an ID once it has been found.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Asked {
    /// Whether the command reads what the user types.
    pub interactive: bool,
    /// Whether the command has a terminal.
    pub tty: bool,
    /// Whether the container is removed when its command has ended.
    pub rm: bool,
    /// Whether the container keeps all capabilities.
    pub privileged: bool,
    /// Ports of the machine, each with the container's port.
    pub publish: Vec<(u16, u16)>,
    /// The first network counts, see [`crate::files::networks`].
    pub networks: Vec<Network>,
    pub ipc: Mode<String>,
    /// Whether others may join a new IPC namespace.
    pub shareable: bool,
    pub pid: Mode<String>,
    pub uts: Mode<String>,
    /// The image, then the command if it is not the image's own.
    pub words: Vec<Word>,
}

impl Asked {
    /// The network that counts.
    pub fn network(&self) -> &Network {
        match self.networks.first() {
            None | Some(Network::Default) => &Network::Bridge,
            Some(network) => network,
        }
    }

    /// The image, by the name it was asked for.
    pub fn image(&self) -> String {
        self.words[0].to_string()
    }
}
