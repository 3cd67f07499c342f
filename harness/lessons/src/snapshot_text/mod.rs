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
//! [`crate::scene`] has the form of the text, and reads it.
//!
//! # Layout
//!
//! * here: the scene that facts show, and its text
//! * [`matrix`]: each named process and its namespaces
//! * `networks`: the network namespaces, their members and interfaces

pub mod matrix;
mod networks;
#[cfg(test)]
mod tests;

use protocol::{Facts, Kind};

use crate::labels::Namer;
use crate::scene::{Member, Scene};
pub use matrix::{Cell, Matrix, Row};

/// Writes the facts that the namer observed last, without any number that
/// differs between runs.
pub fn text(facts: &Facts, namer: &Namer) -> String {
    scene(facts, namer).to_string()
}

/// Returns the scene of the facts that the namer observed last.
pub fn scene(facts: &Facts, namer: &Namer) -> Scene {
    let rows = Matrix::new(facts, namer).rows.into_iter();
    let networks = facts.networks.iter();
    let pinned = facts.pinned.iter().filter(|it| it.kind != Kind::Net);
    Scene {
        members: rows.map(member).collect(),
        networks: networks
            .map(|it| networks::network(it, facts, namer))
            .collect(),
        kept: pinned
            .filter_map(|it| Some((it.kind, namer.label_of(*it)?)))
            .collect(),
    }
}

fn member(row: Row) -> Member {
    Member {
        name: row.name,
        labels: row.cells.map(|cell| cell.label()),
    }
}
