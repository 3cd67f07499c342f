//! attached - all that is tied to a container while it lives
//!
//! # Layout
//!
//! * [`owner`]: the process that lives with a container
//! * [`monitor`]: the owner, if the command returns at once
//! * [`anew`]: a monitor goes on as a program that has only that to do
//! * [`streams`]: pipes, signals, and the loop that hands them on
//! * [`terminal`]: a terminal for the container, and the user's own
//! * [`log`]: the file that keeps all a container has written
//! * [`publish`]: ports of the machine that lead to the container

pub mod anew;
pub mod log;
pub mod monitor;
pub mod owner;
pub mod publish;
pub mod streams;
pub mod terminal;
