//! A snapshot as a scene: processes in namespaces, interfaces, cables.
//!
//! A snapshot's text is all that the book knows of a step, so a scene is read
//! from text. The player reads the text of its own facts, and says the same.
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
//! **Invariant:** a scene comes from text alone. Nothing in this room knows a
//! machine.

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
