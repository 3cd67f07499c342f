//! Random verbs of `container`.
//!
//! # Layout
//!
//! * `run`: `container run`, with its options
//! * `exec`: `container exec`
//! * `life`: verbs that change the state of a container
//! * `look`: verbs that only look
//! * `import`: `container import`
//! * `nonsense`: words in no order that makes sense
//! * `words`: words and ends that verbs share

mod exec;
mod import;
mod life;
mod look;
mod nonsense;
mod run;
mod words;

pub(super) use exec::exec;
pub(super) use import::import;
pub(super) use life::life;
pub(super) use look::look;
pub(super) use nonsense::nonsense;
pub(super) use run::run;
pub(super) use words::{NAMES, killed, shell, words};
