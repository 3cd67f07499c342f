//! The person's terminal: its old mode comes back however the process ends.
//!
//! # Layout
//!
//! * [`columns`]: text in columns, counted as a terminal counts them
//! * [`mode`]: the terminal's mode, and who may change it
//! * [`Quiet`]: hides keys until it is dropped or a signal arrives
//! * [`Guard`]: a second process, for an end that no process can handle
//! * [`hang_up`]: ends the process when its terminal goes away
//! * [`reset`]: undoes what the machine's programs have set

pub mod columns;
mod guard;
pub mod hang_up;
pub mod mode;
mod quiet;
pub mod reset;

pub use guard::Guard;
pub use quiet::Quiet;
