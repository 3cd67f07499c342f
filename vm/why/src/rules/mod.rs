//! All rules, by call.
//!
//! # Layout
//!
//! * [`privilege`]: whether a process lacks a capability that counts
//! * the other files: the rules of one call, or of calls that belong together

mod children;
mod handles;
mod limits;
mod maps;
mod mounts;
mod network;
mod new;
mod newest;
mod others;
mod pivot;
mod privilege;
mod setns;

use crate::rule::Rule;

/// All rules, in files by call. Of rules that a state says the same of, the
/// first is shown first.
const ALL: [&[Rule]; 11] = [
    new::RULES,
    children::RULES,
    limits::RULES,
    setns::RULES,
    handles::RULES,
    maps::RULES,
    mounts::RULES,
    pivot::RULES,
    network::RULES,
    newest::RULES,
    others::RULES,
];

/// Returns all rules.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.into_iter().flatten()
}
