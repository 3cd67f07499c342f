//! docker - Docker's verbs and Docker's words
//!
//! # Layout
//!
//! * [`verbs`]: which of the parts below does a verb
//! * [`options`], [`value`], [`signal`]: what can be asked for
//! * [`cli`]: reads the command line
//! * [`usage`], [`refusal`]: how a command line or a step is refused
//! * [`create`]: run, up to a container that is not started yet
//! * [`life`]: start, stop, kill, restart, rm
//! * [`logs`], [`ps`], [`inspect`], [`images`], [`import`]: the other verbs
//! * [`template`], [`table`]: the forms in which things are shown

pub mod cli;
pub mod create;
pub mod images;
pub mod import;
pub mod inspect;
pub mod life;
pub mod logs;
pub mod options;
pub mod ps;
pub mod refusal;
pub mod signal;
pub mod table;
pub mod template;
pub mod usage;
pub mod value;
pub mod verbs;
