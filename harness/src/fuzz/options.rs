//! The options of a search.

use std::path::PathBuf;

use clap::Args;

/// Options of a search.
#[derive(Args, Clone)]
pub struct Options {
    /// How long to look
    #[arg(long, default_value = "60", conflicts_with = "rounds")]
    pub(super) seconds: u64,
    /// How many rounds to play, however long they take
    #[arg(long)]
    pub(super) rounds: Option<u64>,
    /// The first round's seed; the next one's is one more
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// Play these steps of each round only, such as 0,3,4
    #[arg(long, value_delimiter = ',')]
    pub(super) keep: Option<Vec<usize>>,
    /// Look at this program instead of the one that is built
    #[arg(long)]
    pub(super) program: Option<PathBuf>,
    /// Go on after a finding, and print each kind once
    #[arg(long)]
    pub(super) go_on: bool,
    /// Print the round of a finding as it was, not a shorter one
    #[arg(long)]
    pub(super) as_found: bool,
    /// Print each verb, and what came of it
    #[arg(long)]
    pub(super) show: bool,
    /// After so many seconds a verb is taken to hang
    #[arg(long, default_value = "60", value_name = "SECONDS")]
    pub(super) patience: u64,
}
