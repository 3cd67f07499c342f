//! Real Docker beside `container`: one scenario, played with both, compared.
//!
//! # Layout, in the order it runs
//!
//! * [`command`]: the subcommands
//! * [`choice`]: the Dockers to compare with; [`install`]: the installed one,
//!   or the reason why there is none
//! * [`run`](mod@run): one comparison with each Docker
//! * `scenario`: the scenario with both; `side`: one of the two, in a sandbox
//! * [`player`]: plays the scenario, inside a sandbox (`image` makes the
//!   archives to import, `daemon` starts dockerd, `shell` types)
//! * [`result`]: the result of one command
//! * [`tree`]: the root of a fetched Docker
//! * `containers`: the state of the kernel for each container
//! * `normal`: ids, names and times of a run become labels
//! * `table`: the differences that are accepted; `marks`: the versions of
//!   Docker that they are about
//! * `comparison`, `report`: the result, and its text
//! * `twice`: whether a difference of two plays is Docker's own

pub mod choice;
pub mod command;
mod comparison;
mod containers;
pub(crate) mod daemon;
mod image;
pub mod install;
mod marks;
mod normal;
pub mod player;
mod report;
pub mod result;
pub mod run;
mod scenario;
mod shell;
pub mod side;
mod table;
pub mod tree;
mod twice;
