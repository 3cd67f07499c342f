//! The subcommand `since`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

/// The subcommand that asks kernels.
#[derive(Subcommand)]
pub enum SinceCommand {
    /// Run a command on every fetched kernel, and show since which release the
    /// answer is another
    #[command(long_about = LONG)]
    Since(SinceOptions),
}

/// The long help.
const LONG: &str = "\
Run a command on every fetched kernel, and show since which release the answer \
is another. Each kernel runs the command as root, in bash, in a fresh machine. \
Output and exit status both count; kernels with the same answer stand together.

`just setup --kernel 6.12` fetches one more kernel.

Exit status: 0 every kernel has answered, 1 the program does not compile or a \
probe is not as on the page, 2 usage, 69 a machine could not be started, 70 a \
machine broke.";

/// Options of the subcommand.
#[derive(Args)]
#[command(group = ArgGroup::new("what").multiple(true).required(true))]
pub struct SinceOptions {
    /// Command for bash; with --program, the program's own name if it is
    /// left out
    #[arg(group = "what")]
    pub command: Option<String>,
    /// Compile this program, which may use the crates anyhow, libc and nix, and
    /// put it into the machines
    #[arg(long, value_name = "FILE.rs", group = "what")]
    pub program: Option<PathBuf>,
    /// Take all numbers for the same number
    #[arg(long)]
    pub any_number: bool,
    /// Seconds after which a command has no end
    #[arg(long, value_name = "SECONDS", default_value_t = 20,
          value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub limit: u64,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Run all probes, and compare with docs/src/since.md
    #[arg(long, group = "what", conflicts_with_all = ["command", "program"])]
    pub check: bool,
    /// Run all probes, and write docs/src/since.md
    #[arg(long, group = "what",
          conflicts_with_all = ["command", "program", "check"])]
    pub write: bool,
    /// Only warn about a kernel that is newer than docs/src/since.md
    #[arg(long, requires = "check")]
    pub outside_warns: bool,
}
