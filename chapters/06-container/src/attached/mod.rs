//! attached - all that goes in and out while a container lives
//!
//! # Layout
//!
//! * [`streams`]: pipes, signals, and the loop that hands them on
//! * [`terminal`]: a terminal for the container, and the user's own
//! * [`log`]: what `container logs` prints later
//! * [`publish`]: ports of the machine that lead to the container
//! * [`monitor`]: the process that stays when the command has returned

pub mod log;
pub mod monitor;
pub mod publish;
pub mod streams;
pub mod terminal;
