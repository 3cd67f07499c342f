//! docker - Docker's verbs and Docker's words
//!
//! # Layout
//!
//! * [`cli`], [`value`], [`signal`]: the command line
//! * [`usage`]: how a command line is refused
//! * [`create`]: from options to a container
//! * [`life`]: start, stop, kill, restart, rm
//! * [`ps`], [`inspect`], [`template`]: what is shown

pub mod cli;
pub mod create;
pub mod inspect;
pub mod life;
pub mod ps;
pub mod signal;
pub mod template;
pub mod usage;
pub mod value;
