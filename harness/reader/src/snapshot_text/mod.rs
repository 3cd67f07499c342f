//! Text of a step's snapshot: the namespaces and networks that the kernel
//! holds.
//!
//! ```text
//!             cgroup ipc mnt net pid time user uts
//! host          ·     ·   ·   ·   ·   ·    ·    ·
//! web           ·     A   A   A   A   ·    ·    A
//!
//! · = initial
//!
//! net initial: host
//!   lo        loopback  up          65536  127.0.0.1/8
//! net A: web
//!   eth0      veth      up           1500  172.17.0.2/16, peer …
//! ```
//!
//! # Layout
//!
//! * [`matrix`]: each named process and its namespaces
//! * `networks`: the network namespaces, their members and interfaces

pub mod matrix;
mod networks;
#[cfg(test)]
mod tests;

use protocol::{Facts, Kind};

use crate::labels::Namer;
pub use matrix::{Cell, Matrix, Row};
pub use networks::KEPT;

/// Writes the facts that the namer observed last, without any number that
/// differs between runs.
pub fn text(facts: &Facts, namer: &Namer) -> String {
    let mut text = format!("{}\n", Matrix::new(facts, namer));
    text.push_str("· = initial\n\n");
    for network in &facts.networks {
        networks::write(&mut text, network, facts, namer);
    }
    for namespace in &facts.pinned {
        let kind = namespace.kind;
        if kind != Kind::Net
            && let Some(label) = namer.label_of(*namespace)
        {
            text.push_str(&format!("{kind} {label}: {}\n", KEPT));
        }
    }
    text
}
