//! The person's terminal: it is as before in the end, however that comes.
//!
//! # Layout
//!
//! * [`mode`]: the terminal's mode, and who may change it
//! * [`Quiet`]: keys are not shown, until it is dropped or a signal comes
//! * [`Guard`]: a second process, for the end that no process can handle
//! * [`hang_up`]: the end of the terminal is the end of the process
//! * [`reset`]: what a machine's programs have set is set back

mod guard;
pub mod hang_up;
pub mod mode;
mod quiet;
pub mod reset;

pub use guard::Guard;
pub use quiet::Quiet;
