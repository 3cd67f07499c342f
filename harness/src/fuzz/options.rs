//! The options of a search.

use std::path::PathBuf;

use clap::Args;

/// Options of a search.
#[derive(Args, Clone)]
pub struct Options {
    /// How long to play, in seconds
    #[arg(long, default_value = "60", conflicts_with = "rounds")]
    pub(super) seconds: u64,
    /// How many rounds to play, however long they take
    #[arg(long)]
    pub(super) rounds: Option<u64>,
    /// Seed of the first round; each next seed is one more
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// Play only these steps of each round, such as 0,3,4
    #[arg(long, value_delimiter = ',')]
    pub(super) keep: Option<Vec<usize>>,
    /// Play with this program instead of the one that is built
    #[arg(long)]
    pub(super) program: Option<PathBuf>,
    /// Go on after a finding, and print each kind once
    #[arg(long)]
    pub(super) go_on: bool,
    /// Print a finding's round as it was, without making it shorter
    #[arg(long)]
    pub(super) as_found: bool,
    /// Print each verb and its result
    #[arg(long)]
    pub(super) show: bool,
    /// After this many seconds a verb is taken to hang
    #[arg(long, default_value = "60", value_name = "SECONDS")]
    pub(super) patience: u64,
}
