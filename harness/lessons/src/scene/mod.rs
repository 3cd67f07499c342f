//! A snapshot as a scene: processes in namespaces, interfaces, cables.
//!
//! A snapshot's text is all that the book knows of a step, so a scene is read
//! from text. [`crate::snapshot_text`] makes one from facts, for the player and
//! for new snapshots.
//!
//! # Layout
//!
//! * `model`: the parts of a [`Scene`]
//! * `read`: reads a scene from a snapshot's text
//! * `write`: writes that text
//! * `cables`: finds both ends of each cable
//! * [`mod@changes`]: compares two scenes
//! * [`words`]: says in sentences what a scene holds, and what has changed
//!
//! **Invariant:** nothing in this room knows facts or a machine.

mod cables;
pub mod changes;
mod model;
mod read;
#[cfg(test)]
mod tests;
pub mod words;
mod write;

pub use cables::{Cable, End};
pub use changes::{Change, changes};
pub use model::{Card, Inside, Member, Network, Opposite, Scene};
pub use read::NoScene;
pub use write::cell;
