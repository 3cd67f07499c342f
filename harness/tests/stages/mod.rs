//! Stages on a made-up computer, as root; `debian` has stages on a real Debian.
//!
//! * `computer`: the computer, made of namespaces of this one
//! * `place`: a Linux on which stages are made, and what is left there
//! * `kills`: whichever process of a stage is killed, nothing is left
//! * `neighbours`: stages beside each other
//! * `commands`: what a learner and a teacher type
//! * `sessions`: how many commands go there

mod commands;
mod computer;
mod kills;
mod neighbours;
pub mod place;
mod sessions;
