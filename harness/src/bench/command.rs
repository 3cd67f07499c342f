//! The subcommands that measure.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Subcommand, ValueEnum};

use super::{Repetitions, containers, memory};

/// Parts of the page that can be measured alone.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Only {
    /// list-namespaces, listns, set_ns and unshare
    Tools,
    /// A container, ours and others', here, in the machine, and many idle ones
    Containers,
    /// Many idle containers
    Idle,
    /// The machine of the page, under Node
    Page,
}

/// The subcommands that measure.
#[derive(Subcommand)]
pub enum BenchCommand {
    /// Measure the time of everything, beside other tools, and write a page
    Bench {
        /// Play only a few rounds, and only print the page
        #[arg(long)]
        quick: bool,
        /// Measure this part only, and leave the rest of the page as it is
        #[arg(long, value_name = "PART")]
        only: Option<Only>,
    },
    /// Measure containers, ours and others', inside a sandbox
    #[command(name = containers::SUBCOMMAND, hide = true)]
    BenchContainers {
        /// Path of `container`
        program: PathBuf,
        /// Number of rounds that count
        rounds: usize,
    },
    /// Start idle containers, ours or crun's, inside a sandbox
    #[command(name = memory::SUBCOMMAND, hide = true)]
    BenchMemory {
        /// Number of containers
        count: usize,
        /// Path of `container`; without one, crun and conmon
        program: Option<PathBuf>,
    },
}

/// Runs one of the subcommands and returns the exit code.
pub fn run(workspace: &Path, command: &BenchCommand) -> Result<u8> {
    match command {
        BenchCommand::Bench { quick, only } => {
            let repetitions = Repetitions::new(*quick);
            match only {
                None => super::run(workspace, repetitions),
                Some(Only::Tools) => super::run_tools(workspace, repetitions),
                Some(Only::Containers) => {
                    super::run_containers(workspace, repetitions)
                }
                Some(Only::Page) => super::run_page(workspace, repetitions),
                Some(Only::Idle) => super::run_idle(workspace, repetitions),
            }
        }
        BenchCommand::BenchContainers { program, rounds } => {
            containers::run(program, *rounds)
        }
        BenchCommand::BenchMemory { count, program } => {
            memory::run(*count, program.as_deref())
        }
    }
}
