//! Random input for chapter 6's `container`, on the real kernel: words that
//! nobody would type, in an order that nobody would choose.
//!
//! A seed is a round: a sequence of verbs with random names, links, modes and
//! bytes, played in a sandbox of its own. [`promise`] lists the properties that
//! must hold in every round. A finding is made shorter by leaving out steps,
//! and printed with its seed, as commands for a shell.
//!
//! # Layout, in the order it runs
//!
//! * [`command`]: the subcommands, with their [`options`]
//! * [`rounds`]: rounds side by side, until time is over
//! * [`sandboxed`]: one round, in a sandbox
//! * [`round`](mod@round): a round's steps, from its seed
//! * [`step`]: a step; `verbs`: random verbs
//! * `inside`, `image`, `spoil`: programs for containers, archives, and damage
//!   to the files that `container` keeps
//! * `odd`: random words and bytes
//! * [`player`]: in a sandbox: plays a round
//! * `room`: the machine for a round, with files that no container may touch
//! * `running`, `reaper`: a verb while it runs, and the ends of processes
//! * `look`: the state of the machine
//! * [`promise`]: the promises, and the breach of one
//! * `shrink`: the shortest round with the same breach
//! * `reproduce`, `shell`: that round, and a verb, as commands for a shell

pub mod command;
mod image;
mod inside;
mod look;
mod odd;
pub mod options;
pub mod player;
pub mod promise;
mod reaper;
mod reproduce;
mod room;
pub mod round;
pub mod rounds;
mod running;
pub mod sandboxed;
mod shell;
mod shrink;
mod spoil;
pub mod step;
mod verbs;
