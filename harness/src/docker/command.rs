//! The subcommands that compare `container` with real Docker.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;

use super::choice::Which;
use super::install::NoDocker;
use super::player::{self, Runtime};
use super::{run, tree};
use crate::outln;

/// The subcommands about Docker.
#[derive(Subcommand)]
pub enum DockerCommand {
    /// Compare `container` with real Docker, on this Linux, as root
    Docker {
        /// Only say so if Docker cannot run here
        #[arg(long)]
        if_possible: bool,
        /// Compare with the Docker of this suite, fetched by just setup
        /// --docker SUITE, instead of the installed one
        #[arg(long, value_name = "SUITE", conflicts_with = "all")]
        with: Option<String>,
        /// Compare with the installed Docker and all that have been fetched
        #[arg(long)]
        all: bool,
    },
    /// Play the scenario with one of the two, inside a sandbox
    #[command(name = player::SUBCOMMAND, hide = true)]
    DockerPlayer {
        /// Path of the scenario
        #[arg(long)]
        scenario: PathBuf,
        /// The client of the installed Docker
        #[arg(long)]
        docker: Option<PathBuf>,
        /// The root folder of a fetched Docker
        #[arg(long, conflicts_with = "docker")]
        tree: Option<PathBuf>,
        /// Programs for the shell's PATH; one of them is `container`
        programs: Vec<PathBuf>,
    },
    /// Run a program with a tree as its root, inside a sandbox
    #[command(name = tree::SUBCOMMAND, hide = true)]
    InTree {
        /// The new root
        tree: PathBuf,
        /// The program and its arguments
        #[arg(required = true, trailing_var_arg = true)]
        program: Vec<OsString>,
    },
}

/// Runs one of the subcommands and returns the exit code.
pub fn run(workspace: &Path, command: DockerCommand) -> Result<u8> {
    match command {
        DockerCommand::Docker {
            if_possible,
            with,
            all,
        } => compare(workspace, &Which::new(with, all), if_possible),
        DockerCommand::DockerPlayer {
            scenario,
            docker,
            tree,
            programs,
        } => {
            let runtime = Runtime::new(docker, tree);
            Ok(player::run(&scenario, &runtime, &programs))
        }
        DockerCommand::InTree { tree, program } => {
            match tree::run(&tree, &program)? {}
        }
    }
}

/// Compares `container` with real Docker. If Docker cannot run here and that
/// is allowed, prints the reason instead of failing.
fn compare(workspace: &Path, which: &Which, if_possible: bool) -> Result<u8> {
    let result = run::run(workspace, which);
    let why = result.as_ref().err();
    match why.and_then(|error| error.downcast_ref::<NoDocker>()) {
        Some(why) if if_possible => {
            outln!(
                "\nNOT RUN: the comparison with real Docker. {why}\n\
                 To run it: ./just docker"
            );
            Ok(0)
        }
        _ => result,
    }
}
